package dev.vertxoutbox.relay;

import static dev.vertxoutbox.relay.RelayBench.SOON;
import static dev.vertxoutbox.relay.RelayBench.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scenario 5: notifications are lost, and the loop that polls instead meets errors. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class Scenario5LostNotificationsIT {

    private static final Duration POLL = Duration.ofSeconds(1);

    /** Poll interval and a second, and more for a slow machine. */
    private static final Duration BY_THE_POLL = Duration.ofSeconds(10);

    private static final String BOOKING = "b1";

    private final RelayBench bench;
    private final Sandbox sandbox;

    Scenario5LostNotificationsIT(Vertx vertx, TestDatabase db, Sandbox sandbox) throws Exception {
        this.sandbox = sandbox;
        bench = new RelayBench(vertx, db);
        bench.book(List.of(BOOKING));
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    void aKilledListenerComesBackAndNothingWaitsForThePoll() {
        RelayVerticle relay = bench.startListeningRelay();

        for (int kill = 1; kill <= 3; kill++) {
            assertThat(sandbox.postgres().killBackendsNamed("outbox-relay-listener"))
                    .isPositive();
            bench.changeAndCommit(BOOKING);
            awaitSent(kill, SOON);
            await().atMost(SOON).until(() -> relay.status().listening());
        }

        bench.confirm();
    }

    @Test
    void withoutAnyNotificationThePollFindsEachEvent() {
        AtomicInteger rings = new AtomicInteger();
        PgConnection listener = bench.connect();
        listener.notificationHandler(ring -> rings.incrementAndGet());
        get(listener.query("LISTEN outbox_event").execute());
        bench.startRelay(POLL);

        for (int number = 1; number <= 3; number++) {
            changeSilently();
            awaitSent(number, BY_THE_POLL);
        }

        bench.confirm();
        get(listener.query("SELECT 1").execute());
        assertThat(rings).hasValue(0);
        get(listener.close());
    }

    @Test
    void aPollThatFailsIsRepeated() {
        RelayVerticle relay = bench.startRelay(POLL);
        bench.sql("ALTER TABLE outbox.event RENAME TO gone");
        try {
            await().atMost(SOON).until(() -> relay.status().databaseError() != null);
        } finally {
            bench.sql("ALTER TABLE outbox.gone RENAME TO event");
        }

        changeSilently();

        awaitSent(1, BY_THE_POLL);
        await().atMost(SOON).until(() -> relay.status().databaseError() == null);
        bench.confirm();
    }

    @Test
    void aPollThatLosesItsConnectionHalfwayIsRepeated() {
        bench.startRelay(POLL);
        PgConnection blocker = bench.connect();
        Transaction lock = get(blocker.begin());
        get(blocker.query("LOCK TABLE outbox.event").execute());
        String searching = "application_name = 'outbox-relay' AND wait_event_type = 'Lock' AND query LIKE '%lane%'";
        await().atMost(SOON).until(() -> bench.number("SELECT count(*) FROM pg_stat_activity WHERE " + searching) > 0);

        assertThat(bench.number("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE " + searching))
                .isPositive();
        get(lock.rollback());
        changeSilently();

        awaitSent(1, BY_THE_POLL);
        bench.confirm();
        get(blocker.close());
    }

    private void changeSilently() {
        get(bench.pool.withTransaction(tx -> bench.changeSilently(tx, BOOKING)));
    }

    private void awaitSent(int count, Duration atMost) {
        await().atMost(atMost).until(() -> bench.queue.accepted.size() == count);
    }
}
