package dev.vertxoutbox.flight;

import java.util.concurrent.atomic.AtomicInteger;

/** A limited number of places, which the event loops of a service share. For use by several threads. */
final class Places {

    private final int limit;
    private final AtomicInteger taken = new AtomicInteger();

    Places(int limit) {
        this.limit = limit;
    }

    /** Takes a place; false if there is none. */
    boolean take() {
        return taken.getAndUpdate(before -> before < limit ? before + 1 : before) < limit;
    }

    /** Gives back a place that was taken. */
    void free() {
        taken.decrementAndGet();
    }

    int taken() {
        return taken.get();
    }
}
