package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.sandbox.Queues;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Latency of the 201 with the queue reachable and unreachable, in alternating blocks, so that whatever else the machine
 * does falls on both alike. A pause between bookings gives the payment of one time to end before the next is timed.
 * After each block all its bookings become CONFIRMED before the next one begins.
 *
 * @param up latencies while the queue is reachable
 * @param down latencies while it is not
 * @param recovery from the queue's return until the last booking of a block made without it was CONFIRMED
 */
record Outage(Samples up, Samples down, Samples recovery) {
    static final Duration PAUSE = Duration.ofMillis(50);

    private static final Duration DRAINED = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(20);

    static Outage measure(BookingClient client, Queues queues, int blocks, int bookingsPerBlock) {
        Outage outage = new Outage(new Samples(), new Samples(), new Samples());
        for (int block = 0; block < blocks; block++) {
            awaitConfirmed(client, book(client, bookingsPerBlock, outage.up));
            queues.queueDown();
            List<String> waiting = book(client, bookingsPerBlock, outage.down);
            queues.queueUp();
            long back = System.nanoTime();
            awaitConfirmed(client, waiting);
            outage.recovery.add(System.nanoTime() - back);
        }
        return outage;
    }

    /** Median with the queue down over median with it up; 1 is no difference. */
    double ratio() {
        return down.median() / up.median();
    }

    private static List<String> book(BookingClient client, int bookings, Samples latencies) {
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < bookings; i++) {
            long start = System.nanoTime();
            paths.add(client.book());
            latencies.add(System.nanoTime() - start);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return paths;
    }

    private static void awaitConfirmed(BookingClient client, List<String> paths) {
        for (String path : paths) {
            Waiting.until(path + " to be CONFIRMED", DRAINED, LOOK, () -> client.confirmed(path));
        }
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("queueUp201", up.toJson())
                .put("queueDown201", down.toJson())
                .put("ratioOfMedians", ratio())
                .put("queueBackToAllConfirmed", recovery.toJson());
    }
}
