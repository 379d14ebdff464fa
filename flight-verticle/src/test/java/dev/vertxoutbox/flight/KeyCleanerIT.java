package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class KeyCleanerIT {
    private static final String KEYS = """
            INSERT INTO flight.idempotency_key
            SELECT 'old-' || n, ''::bytea, gen_random_uuid(), now() - interval '24 hours 1 second'
            FROM generate_series(1, %d) n
            UNION ALL
            SELECT 'new-' || n, ''::bytea, gen_random_uuid(), now() - interval '23 hours 59 minutes'
            FROM generate_series(1, 5) n
            """;

    @Test
    void keysOlderThanADayAreDeletedInBatchesAndNoOthers(Vertx vertx, TestDatabase db, TestQueues queues)
            throws TimeoutException {
        Pool pool = db.pool(vertx);
        pool.query(KEYS.formatted(2 * KeyCleaner.BATCH + 7)).execute().await(10, SECONDS);
        FlightService service = FlightService.start(vertx, db, queues);
        await().atMost(15, SECONDS).until(() -> service.count("flight.idempotency_key") == 5);
        assertThat(service.post("old-1", FlightService.flight()).statusCode()).isEqualTo(201);
        assertThat(service.post("new-1", FlightService.flight()).statusCode()).isEqualTo(422);
    }
}
