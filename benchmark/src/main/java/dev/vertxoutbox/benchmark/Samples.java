package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Latencies in nanoseconds, in the order they were taken. */
final class Samples {
    private static final double NANOS_PER_MILLISECOND = 1e6;

    private final List<Long> nanos = new ArrayList<>();

    void add(long latencyNanos) {
        nanos.add(latencyNanos);
    }

    /** The smallest sample that at least {@code percent} of all do not exceed (nearest rank), in milliseconds. */
    double percentile(double percent) {
        long[] sorted = sorted();
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return milliseconds(sorted[Math.max(rank, 1) - 1]);
    }

    double median() {
        return percentile(50);
    }

    double max() {
        return percentile(100);
    }

    /** Percentiles and all samples, in milliseconds. */
    JsonObject toJson() {
        return new JsonObject()
                .put("count", nanos.size())
                .put("p50", percentile(50))
                .put("p90", percentile(90))
                .put("p99", percentile(99))
                .put("max", max())
                .put(
                        "samples",
                        new JsonArray(nanos.stream().map(Samples::milliseconds).toList()));
    }

    @Override
    public String toString() {
        return "p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, max %.1f ms (%d samples)"
                .formatted(percentile(50), percentile(90), percentile(99), max(), nanos.size());
    }

    private long[] sorted() {
        if (nanos.isEmpty()) {
            throw new IllegalStateException("No samples");
        }
        long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    /** To the microsecond, which is finer than the clock of any of our measurements. */
    private static double milliseconds(long nanos) {
        return Math.round(nanos / 1e3) * 1e3 / NANOS_PER_MILLISECOND;
    }
}
