package dev.vertxoutbox.benchmark;

import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Sees in the database when bookings are CONFIRMED, all that wait in one statement: many clients that ask the API for
 * their booking would be a load that grows with the latency it measures.
 */
final class ConfirmedWatch {
    static final Duration LOOK = Duration.ofMillis(5);

    private static final long LIMIT_SECONDS = 60;
    private static final String CONFIRMED =
            "SELECT id FROM flight.booking WHERE id = ANY ($1::uuid[]) AND status = 'CONFIRMED'";

    private final Map<UUID, CompletableFuture<Long>> waiting = new ConcurrentHashMap<>();
    private final PgConnection connection;

    private ConfirmedWatch(PgConnection connection) {
        this.connection = connection;
    }

    /** Looks until this process ends. */
    static ConfirmedWatch start(Bench bench, String database) {
        ConfirmedWatch watch = new ConfirmedWatch(PgConnection.connect(
                        bench.database().vertx(),
                        bench.sandbox().postgres().connectOptions(database).setCachePreparedStatements(true))
                .await());
        Thread thread = new Thread(watch::look, "confirmed-watch");
        thread.setDaemon(true);
        thread.start();
        return watch;
    }

    /** Waits until it was seen CONFIRMED, and returns when that was, as {@link System#nanoTime} has it. */
    long confirmed(UUID booking) {
        return waiting.computeIfAbsent(booking, id -> new CompletableFuture<>())
                .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private void look() {
        while (true) {
            UUID[] ids = waiting.keySet().toArray(UUID[]::new);
            if (ids.length > 0) {
                connection
                        .preparedQuery(CONFIRMED)
                        .execute(Tuple.of(ids))
                        .await()
                        .forEach(row -> {
                            CompletableFuture<Long> seen = waiting.remove(row.getUUID("id"));
                            if (seen != null) {
                                seen.complete(System.nanoTime());
                            }
                        });
            }
            Waiting.pause(LOOK);
        }
    }
}
