package dev.vertxoutbox.relay;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Leaves a queue alone after a request to it failed as a whole: nothing is sent for a random part of a delay that
 * doubles from 100 ms to 30 s with each failure in a row ("full jitter"), so that many relays do not return at once. Then
 * requests are let through as a trial: the first to fail opens it for longer.
 *
 * <p>Confined to one event loop.
 *
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential backoff and
 *     jitter</a>
 */
final class Circuit {

    static final long MIN_DELAY_MILLIS = 100;
    static final long MAX_DELAY_MILLIS = 30_000;
    static final long MAX_ASKED_MILLIS = 60_000;

    /** Runs a task after so many milliseconds. */
    interface Timer {
        void after(long delayMillis, Runnable task);
    }

    private final Timer timer;
    private boolean open;
    private int failures;

    Circuit(Timer timer) {
        this.timer = timer;
    }

    boolean isOpen() {
        return open;
    }

    /**
     * A request failed. While the circuit is open, this is an echo of requests that were under way already.
     *
     * @param retryAfter the shortest delay the queue asked for, up to a minute; zero if it did not
     */
    void failed(Duration retryAfter) {
        if (!open) {
            open = true;
            long asked = Math.min(MAX_ASKED_MILLIS, retryAfter.toMillis());
            timer.after(asked + delayMillis(failures++), () -> open = false);
        }
    }

    /** A request was answered: the next failure starts with the shortest delay again. */
    void succeeded() {
        failures = 0;
    }

    private static long delayMillis(int failuresBefore) {
        long ceiling = Math.min(MAX_DELAY_MILLIS, MIN_DELAY_MILLIS << Math.min(failuresBefore, 20));
        return ThreadLocalRandom.current().nextLong(1, ceiling + 1);
    }
}
