package dev.vertxoutbox.relay;

import static dev.vertxoutbox.relay.RelayBench.SOON;
import static dev.vertxoutbox.relay.RelayBench.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Scenario 8: an idle session holds a snapshot, so that no deleted row can be vacuumed; a business transaction stays open
 * while its event's lane goes far beyond it.
 */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class Scenario8HeldSnapshotIT {

    private static final int SUBJECTS = 1_000;
    private static final int EVENTS_OF_EACH = 25;

    /** So long do the lanes go on while the writers are open: longer than anything a relay remembers of its searches. */
    private static final long OPEN_NANOS = Duration.ofSeconds(6).toNanos();

    private final RelayBench bench;
    private final List<String> lane;
    private final List<PgConnection> connections = new ArrayList<>();

    Scenario8HeldSnapshotIT(Vertx vertx, TestDatabase db) throws Exception {
        bench = new RelayBench(vertx, db);
        lane = bench.subjectsOfOneLane(10);
        bench.book(lane);
    }

    @AfterEach
    void close() throws Exception {
        for (PgConnection connection : connections) {
            get(connection.close());
        }
        bench.close();
    }

    @Test
    void aHeldSnapshotStopsNobodyAndTheTableShrinksWhenItIsReleased() {
        String late = lane.get(0);
        PgConnection writer = connect();
        Transaction open = get(writer.begin());
        get(bench.changeSilently(writer, late));
        Transaction held = holdSnapshot();
        bench.startRelay(Duration.ofMillis(500));

        insertMany();
        await().atMost(Duration.ofSeconds(90)).until(() -> bench.queue.accepted.size() == SUBJECTS * EVENTS_OF_EACH);
        bench.awaitEmptyOutbox();
        bench.changeAndCommit(lane.get(1));
        await().atMost(SOON).until(() -> bench.effects().containsKey(lane.get(1)));
        get(open.commit());
        for (int change = 2; change <= 5; change++) {
            get(bench.pool.withTransaction(tx -> bench.changeSilently(tx, late)));
        }
        bench.confirm();

        bench.sql("VACUUM outbox.event");
        long heldBytes = tableBytes();
        get(held.rollback());
        await().atMost(SOON).untilAsserted(() -> {
            bench.sql("VACUUM outbox.event");
            assertThat(tableBytes()).isLessThan(heldBytes / 10);
        });
        bench.changeAndCommit(late);
        bench.confirm();
    }

    @Test
    void aTransactionThatIsOpenForLongIsSentAfterItsCommitWithoutThePollAndDelaysNobody() {
        bench.startListeningRelay();

        endLongTransactions(bench::change);
    }

    @Test
    void aTransactionThatIsOpenForLongIsSentAfterItsCommitWithoutNotificationAndDelaysNobody() {
        bench.startRelay(Duration.ofSeconds(1));

        endLongTransactions(bench::changeSilently);
    }

    /** Such a writer breaks the rule to leave the place to its default; its event must not be lost for it. */
    @Test
    void anEventWithAPlaceThatWasDrawnLongAgoIsSentAllTheSame() {
        Transaction held = holdSnapshot();
        long place = bench.number("SELECT nextval(pg_get_serial_sequence('outbox.event', 'seq'))");
        bench.startRelay(Duration.ofMillis(500));
        goOnWhileOthersAreOpen(bench::changeSilently, 1);

        bench.sql("INSERT INTO booking (id, version) VALUES ('drawn', 1)");
        bench.sql("""
                INSERT INTO outbox.event (seq, topic, subject, type, data, sequence)
                VALUES (%d, 'orders', 'drawn', 'order.placed', '{}', 1)""".formatted(place));

        bench.confirm();
        get(held.rollback());
    }

    /** Six writers: four commit and two roll back, in another order than that in which they wrote. */
    private void endLongTransactions(BiFunction<SqlConnection, String, Future<Void>> change) {
        List<Transaction> open = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            PgConnection writer = connect();
            open.add(get(writer.begin()));
            get(change.apply(writer, lane.get(i)));
        }
        goOnWhileOthersAreOpen(change, OPEN_NANOS);

        for (int next : new int[] {3, 1, 5, 0, 4, 2}) {
            String subject = lane.get(next);
            boolean commits = next != 1 && next != 4;
            get(commits ? open.get(next).commit() : open.get(next).rollback());
            get(bench.pool.withTransaction(tx -> change.apply(tx, subject)));
            int sent = commits ? 2 : 1;
            await().atMost(SOON).until(() -> bench.queue.numbersOf(subject).size() == sent);
        }
        bench.confirm();
    }

    /** Changes in the writers' lane and others, each sent before the next. */
    private void goOnWhileOthersAreOpen(BiFunction<SqlConnection, String, Future<Void>> change, long nanos) {
        long start = System.nanoTime();
        for (int round = 1; round <= 5 || System.nanoTime() - start < nanos; round++) {
            List<Future<Void>> changes = new ArrayList<>();
            for (String subject : lane.subList(6, 10)) {
                changes.add(bench.pool.withTransaction(tx -> change.apply(tx, subject)));
            }
            get(Future.all(changes));
            int sent = round;
            await().atMost(SOON)
                    .until(() -> lane.subList(6, 10).stream()
                            .allMatch(subject -> bench.queue.numbersOf(subject).size() == sent));
        }
    }

    private void insertMany() {
        bench.sql("INSERT INTO booking SELECT 'm' || s, %d FROM generate_series(1, %d) s"
                .formatted(EVENTS_OF_EACH, SUBJECTS));
        bench.sql("""
                INSERT INTO outbox.event (topic, subject, type, data, sequence)
                SELECT 'orders', 'm' || s, 'order.placed', '{}', n
                FROM generate_series(1, %d) n, generate_series(1, %d) s
                ORDER BY n, s""".formatted(EVENTS_OF_EACH, SUBJECTS));
    }

    private Transaction holdSnapshot() {
        PgConnection reader = connect();
        Transaction held = get(reader.begin());
        get(reader.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute());
        get(reader.query("SELECT count(*) FROM outbox.event").execute());
        return held;
    }

    private PgConnection connect() {
        PgConnection connection = bench.connect();
        connections.add(connection);
        return connection;
    }

    private long tableBytes() {
        return bench.number("SELECT pg_relation_size('outbox.event')");
    }
}
