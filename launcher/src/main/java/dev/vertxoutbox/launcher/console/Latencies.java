package dev.vertxoutbox.launcher.console;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SortedMap;

/** Percentiles over the last seconds, from the buckets of a histogram that counts since the process started. */
final class Latencies {

    private static final int READINGS = 10;

    private final Deque<SortedMap<Double, Double>> readings = new ArrayDeque<>();

    /** @param counts how many were at most so long, by rising upper bound */
    void add(SortedMap<Double, Double> counts) {
        readings.addLast(counts);
        if (readings.size() > READINGS) {
            readings.removeFirst();
        }
    }

    /**
     * The time that so many of those counted between the oldest and the newest reading did not exceed, interpolated within
     * its bucket. Not a number when nothing was counted; the greatest finite bound when it lies beyond.
     *
     * @param share 0 to 1
     */
    double percentile(double share) {
        if (readings.isEmpty()) {
            return Double.NaN;
        }
        SortedMap<Double, Double> before = readings.getFirst();
        SortedMap<Double, Double> now = readings.getLast();
        double all = now.isEmpty() ? 0 : since(before, now, now.lastKey());
        if (all <= 0) {
            return Double.NaN;
        }
        double wanted = share * all;
        double lowerBound = 0;
        double below = 0;
        for (double bound : now.keySet()) {
            double upTo = since(before, now, bound);
            if (upTo >= wanted && upTo > below) {
                return Double.isInfinite(bound)
                        ? lowerBound
                        : lowerBound + (bound - lowerBound) * (wanted - below) / (upTo - below);
            }
            lowerBound = bound;
            below = upTo;
        }
        return lowerBound;
    }

    private static double since(SortedMap<Double, Double> before, SortedMap<Double, Double> now, double bound) {
        return now.getOrDefault(bound, 0.0) - before.getOrDefault(bound, 0.0);
    }
}
