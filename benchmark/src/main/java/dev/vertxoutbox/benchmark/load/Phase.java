package dev.vertxoutbox.benchmark.load;

import java.util.List;
import java.util.stream.Stream;

/**
 * A part of a load.
 *
 * @param perSecond requests that are due in a second, whether or not earlier ones are through; 0 for a closed model, in which
 *     each customer sends again when it is answered
 */
record Phase(int perSecond, int seconds) {

    static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Reads {@code perSecond:seconds}, several separated by commas. */
    static List<Phase> list(String text) {
        return Stream.of(text.split(",", -1)).map(Phase::of).toList();
    }

    private static Phase of(String text) {
        String[] parts = text.split(":", -1);
        return new Phase(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    boolean isClosed() {
        return perSecond == 0;
    }

    long nanos() {
        return seconds * NANOS_PER_SECOND;
    }

    /** How many requests are due when it has gone on for so long. */
    long dueAfter(long nanos) {
        return (long) (Math.min(nanos, nanos()) / (double) NANOS_PER_SECOND * perSecond);
    }

    /** When one of them is due, from the beginning. */
    long dueNanos(long request) {
        return request * NANOS_PER_SECOND / perSecond;
    }
}
