package dev.vertxoutbox.relay;

import static dev.vertxoutbox.relay.RelayBench.SOON;
import static dev.vertxoutbox.relay.RelayBench.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.outbox.ListedEvent;
import dev.vertxoutbox.relay.StubSqs.Answer;
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

    private static final int RELAYED = 10_000;
    private static final int OTHERS_DELETED = 200_000;

    /** So long do the lanes go on while others are open: longer than relays take to begin to step over deleted rows. */
    private static final Duration LONG = Duration.ofSeconds(5);

    private static final Duration SHORT = Duration.ofSeconds(1);

    private final RelayBench bench;
    private final List<String> writers;
    private final List<String> busy;
    private final String parked;
    private final List<PgConnection> connections = new ArrayList<>();

    Scenario8HeldSnapshotIT(Vertx vertx, TestDatabase db) throws Exception {
        bench = new RelayBench(vertx, db);
        List<String> lane = bench.subjectsOfOneLane(11);
        bench.book(lane);
        writers = lane.subList(0, 6);
        busy = lane.subList(6, 10);
        parked = lane.get(10);
    }

    @AfterEach
    void close() throws Exception {
        for (PgConnection connection : connections) {
            get(connection.close());
        }
        bench.close();
    }

    @Test
    void aHeldSnapshotCostsNeitherEventsNorTheirOrderAndTheTableShrinksWhenItIsReleased() {
        long drawn = bench.number("SELECT nextval(pg_get_serial_sequence('outbox.event', 'seq'))");
        bench.queue.script = message -> message.group().equals(parked) ? Answer.SENDER_FAULT : Answer.ACCEPT;
        bench.startRelay(Duration.ofMillis(500));
        changeAndCommit(parked);
        await().atMost(SOON).until(() -> parkedEvents().size() == 1);
        Transaction held = holdSnapshot();
        pileUpDeletedRows();
        bench.awaitEmptyOutbox();

        endLongTransactions(bench::changeSilently, LONG);
        goOn(bench::changeSilently, LONG);
        retryParked();
        insertWithPlace(drawn);
        bench.confirm();

        bench.sql("VACUUM outbox.event");
        long heldBytes = tableBytes();
        get(held.rollback());
        bench.stopRelays(); // Whoever waits for the table keeps VACUUM from cutting off its end.
        await().atMost(SOON).untilAsserted(() -> {
            bench.sql("VACUUM outbox.event");
            assertThat(tableBytes()).isLessThan(heldBytes / 10);
        });
        bench.startRelay(Duration.ofMillis(500));
        bench.changeAndCommit(parked);
        bench.confirm();
    }

    @Test
    void aTransactionThatIsOpenForLongIsSentRightAfterItsCommitAndDelaysNobody() {
        bench.startListeningRelay();

        endLongTransactions(bench::change, SHORT);
    }

    /** The parked event and all behind it come back to places that the relay has left far behind. */
    private void retryParked() {
        changeAndCommit(parked);
        await().atMost(SOON).until(() -> parkedEvents().size() == 2);
        bench.queue.script = message -> Answer.ACCEPT;
        assertThat(get(bench.admin.retry(parkedEvents().get(0).id()))).isEqualTo(2);
        changeAndCommit(parked);
    }

    /** Such a writer breaks the rule to leave the place to its default; its event must not be lost for it. */
    private void insertWithPlace(long place) {
        bench.sql("INSERT INTO booking (id, version) VALUES ('drawn', 1)");
        bench.sql("""
                INSERT INTO outbox.event (seq, topic, subject, type, data, sequence)
                VALUES (%d, 'orders', 'drawn', 'order.placed', '{}', 1)""".formatted(place));
    }

    /** Six writers: four commit and two roll back, in another order than that in which they wrote. */
    private void endLongTransactions(BiFunction<SqlConnection, String, Future<Void>> change, Duration openFor) {
        List<Transaction> open = new ArrayList<>();
        for (String subject : writers) {
            PgConnection writer = connect();
            open.add(get(writer.begin()));
            get(change.apply(writer, subject));
        }
        goOn(change, openFor);

        for (int next : new int[] {3, 1, 5, 0, 4, 2}) {
            String subject = writers.get(next);
            boolean commits = next != 1 && next != 4;
            get(commits ? open.get(next).commit() : open.get(next).rollback());
            get(bench.pool.withTransaction(tx -> change.apply(tx, subject)));
            int sent = commits ? 2 : 1;
            await().atMost(SOON).until(() -> bench.queue.numbersOf(subject).size() == sent);
        }
    }

    /** Changes in the same lane for a while, each sent before the next. */
    private void goOn(BiFunction<SqlConnection, String, Future<Void>> change, Duration duration) {
        int sent = bench.queue.numbersOf(busy.get(0)).size();
        long start = System.nanoTime();
        while (System.nanoTime() - start < duration.toNanos()) {
            List<Future<Void>> changes = new ArrayList<>();
            for (String subject : busy) {
                changes.add(bench.pool.withTransaction(tx -> change.apply(tx, subject)));
            }
            get(Future.all(changes));
            sent++;
            int expected = sent;
            await().atMost(SOON)
                    .until(() -> busy.stream()
                            .allMatch(subject -> bench.queue.numbersOf(subject).size() == expected));
        }
    }

    private void changeAndCommit(String subject) {
        get(bench.pool.withTransaction(tx -> bench.changeSilently(tx, subject)));
    }

    private List<ListedEvent> parkedEvents() {
        return get(bench.admin.parked(null, parked, null, 10));
    }

    /** Some that are relayed, and many that are gone with their own transaction: no snapshot has seen them, but they stay. */
    private void pileUpDeletedRows() {
        bench.sql("INSERT INTO booking SELECT 'm' || s, 10 FROM generate_series(1, %d) s".formatted(RELAYED / 10));
        bench.sql("""
                INSERT INTO outbox.event (topic, subject, type, data, sequence)
                SELECT 'orders', 'm' || s, 'order.placed', '{}', n
                FROM generate_series(1, 10) n, generate_series(1, %d) s
                ORDER BY n, s""".formatted(RELAYED / 10));
        get(bench.pool.withTransaction(tx -> tx.query("""
                        INSERT INTO outbox.event (topic, subject, type, data)
                        SELECT 'orders', 'd' || s %% 1000, 'order.placed', '{}' FROM generate_series(1, %d) s""".formatted(OTHERS_DELETED))
                .execute()
                .compose(inserted -> tx.query("DELETE FROM outbox.event WHERE subject LIKE 'd%'")
                        .execute())));
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
