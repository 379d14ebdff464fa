package dev.vertxoutbox.inbox;

import java.util.concurrent.ThreadLocalRandom;

/** Delays between tries of something that fails: random up to a limit (full jitter) that doubles, 100 ms to 10 s. */
final class Backoff {
    private static final long FIRST_MILLIS = 100;
    private static final long LAST_MILLIS = 10_000;

    private long limitMillis = FIRST_MILLIS;

    long nextMillis() {
        long delay = ThreadLocalRandom.current().nextLong(1, limitMillis + 1);
        limitMillis = Math.min(2 * limitMillis, LAST_MILLIS);
        return delay;
    }

    void reset() {
        limitMillis = FIRST_MILLIS;
    }
}
