package dev.vertxoutbox.relay;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

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

    /** After a delay the next request follows at once, if anything waits, and fails within half of this. */
    static final long TRIAL_MILLIS = 10_000;

    /** Runs a task after so many milliseconds. */
    interface Timer {
        void after(long delayMillis, Runnable task);
    }

    private final Timer timer;
    private final LongSupplier nanoClock;
    private boolean open;
    private int failures;
    private long trialSinceNanos;

    Circuit(Timer timer) {
        this(timer, System::nanoTime);
    }

    /** @param nanoClock as {@link System#nanoTime} */
    Circuit(Timer timer, LongSupplier nanoClock) {
        this.timer = timer;
        this.nanoClock = nanoClock;
    }

    boolean isOpen() {
        return open;
    }

    /**
     * Whether requests fail: while it is open, and during the trials in between. Not for ever without an answer, as
     * another relay may have sent what waited here.
     */
    boolean isFailing() {
        return open || (failures > 0 && nanoClock.getAsLong() - trialSinceNanos < TRIAL_MILLIS * 1_000_000);
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
            timer.after(asked + delayMillis(failures++), this::close);
        }
    }

    /** A request was answered: the next failure starts with the shortest delay again. */
    void succeeded() {
        failures = 0;
    }

    private void close() {
        open = false;
        trialSinceNanos = nanoClock.getAsLong();
    }

    private static long delayMillis(int failuresBefore) {
        long ceiling = Math.min(MAX_DELAY_MILLIS, MIN_DELAY_MILLIS << Math.min(failuresBefore, 20));
        return ThreadLocalRandom.current().nextLong(1, ceiling + 1);
    }
}
