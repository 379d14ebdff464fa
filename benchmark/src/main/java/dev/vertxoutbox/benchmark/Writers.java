package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.outbox.Outbox;
import dev.vertxoutbox.outbox.OutboxEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that each commit one event after the other, in a transaction of its own. */
final class Writers {
    private final Pool pool;
    private final Outbox outbox;
    private final int clients;
    private final List<Future<Void>> ended = new ArrayList<>();
    private final AtomicLong commits = new AtomicLong();
    private volatile boolean stopped;

    Writers(Pool pool, Outbox outbox, int clients) {
        this.pool = pool;
        this.outbox = outbox;
        this.clients = clients;
    }

    void start() {
        for (int i = 0; i < clients; i++) {
            Promise<Void> end = Promise.promise();
            writeNext(end);
            ended.add(end.future());
        }
    }

    /** Commits per second over this time, from now on. */
    double commitsPerSecond(Duration duration) {
        long before = commits.get();
        long start = System.nanoTime();
        Waiting.pause(duration);
        return (commits.get() - before) * 1e9 / (System.nanoTime() - start);
    }

    /** Returns when all have stopped; fails if one could not commit. */
    void stop() {
        stopped = true;
        Future.all(ended).await();
    }

    private void writeNext(Promise<Void> end) {
        if (stopped) {
            end.complete();
            return;
        }
        OutboxEvent event = OutboxEvent.of(
                Backlog.TOPIC,
                UUID.randomUUID().toString(),
                "flight.booked",
                new JsonObject().put("departureAirport", "Paris CDG").put("arrivalAirport", "London LHR"));
        pool.withTransaction(tx -> outbox.append(tx, event))
                .onSuccess(committed -> {
                    commits.incrementAndGet();
                    writeNext(end);
                })
                .onFailure(end::fail);
    }
}
