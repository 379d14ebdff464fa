package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The messages held: received, and neither deleted nor given back. Their number is bounded by asking for room first. */
final class InFlight {
    private record Waiting(int most, Promise<Integer> room) {}

    private final Map<String, Delivery> held = new LinkedHashMap<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final int limit;
    private int reserved;
    private boolean closed;
    private volatile int size;

    InFlight(int limit) {
        this.limit = limit;
    }

    /**
     * Reserves room for {@code most} messages, or for half of all that may be held if that is less; 0 when closed. Not
     * for fewer: with every message that leaves, a poll would ask for one, at the price of a poll for ten.
     */
    Future<Integer> reserve(int most) {
        Waiting asked = new Waiting(most, Promise.promise());
        waiting.add(asked);
        serveWaiting();
        return asked.room().future();
    }

    /** Ends a reservation by what arrived for it. */
    void fill(int room, List<Delivery> arrived) {
        reserved -= room;
        arrived.forEach(delivery -> held.put(delivery.receiptHandle(), delivery));
        size = held.size();
        serveWaiting();
    }

    void release(Delivery delivery) {
        held.remove(delivery.receiptHandle());
        size = held.size();
        serveWaiting();
    }

    boolean holds(Delivery delivery) {
        return held.containsKey(delivery.receiptHandle());
    }

    List<Delivery> all() {
        return List.copyOf(held.values());
    }

    /** Callable from any thread. */
    int size() {
        return size;
    }

    /** From now on there is no room. */
    void close() {
        closed = true;
        serveWaiting();
    }

    private int least(Waiting asked) {
        return Math.min(asked.most(), Math.max(1, limit / 2));
    }

    private void serveWaiting() {
        int free = closed ? 0 : limit - held.size() - reserved;
        while (!waiting.isEmpty() && (closed || free >= least(waiting.element()))) {
            Waiting next = waiting.remove();
            int room = Math.min(free, next.most());
            reserved += room;
            free -= room;
            next.room().complete(room);
        }
    }
}
