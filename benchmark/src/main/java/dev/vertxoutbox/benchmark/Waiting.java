package dev.vertxoutbox.benchmark;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Looks again and again until something has happened. */
final class Waiting {
    private Waiting() {}

    /** Asks, pauses for {@code interval} and asks again; fails when it takes longer than {@code limit}. */
    static void until(String what, Duration limit, Duration interval, BooleanSupplier happened) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Gave up after %s s waiting for %s".formatted(limit.toSeconds(), what));
            }
            LockSupport.parkNanos(interval.toNanos());
        }
    }

    static void pause(Duration duration) {
        LockSupport.parkNanos(duration.toNanos());
    }
}
