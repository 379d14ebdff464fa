package dev.vertxoutbox.relay;

import static dev.vertxoutbox.relay.RelayBench.SOON;
import static dev.vertxoutbox.relay.RelayBench.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scenario 1: transactions commit in another order than that in which they wrote their events. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class Scenario1CommitOrderIT {

    private final Vertx vertx;
    private final TestDatabase db;
    private final RelayBench bench;
    private final String contested;
    private final String other;
    private PgConnection first;
    private PgConnection second;

    Scenario1CommitOrderIT(Vertx vertx, TestDatabase db) throws Exception {
        this.vertx = vertx;
        this.db = db;
        bench = new RelayBench(vertx, db);
        // Of one lane: what is sent of the one has passed the other by.
        List<String> subjects = bench.subjectsOfOneLane(2);
        contested = subjects.get(0);
        other = subjects.get(1);
        bench.book(subjects);
        first = bench.connect();
        second = bench.connect();
    }

    @AfterEach
    void close() throws Exception {
        get(first.close());
        get(second.close());
        bench.close();
    }

    @Test
    void aBookingIsSentWhileAnEarlierTransactionIsOpenAndTheContestedOneInOrderAfterwards() {
        bench.startListeningRelay();
        Transaction t1 = get(first.begin());
        get(bench.change(first, contested));
        Transaction t2 = get(second.begin());
        Future<Void> waits = bench.change(second, contested);
        awaitWaiting(second);

        bench.changeAndCommit(other);
        await().atMost(SOON).until(() -> bench.queue.groups().equals(List.of(other)));
        assertThat(waits.isComplete())
                .as("the second transaction waits for the first")
                .isFalse();

        get(t1.commit());
        get(waits);
        await().atMost(SOON).until(() -> bench.queue.groups().equals(List.of(other, contested)));
        get(t2.commit());

        await().atMost(SOON).until(() -> bench.queue.groups().equals(List.of(other, contested, contested)));
        bench.confirm();
    }

    @Test
    void aBookingIsSentWhileAnEarlierTransactionIsOpenAndOnlyTheSecondChangeAfterARollBack() {
        bench.startListeningRelay();
        Transaction t1 = get(first.begin());
        get(bench.change(first, contested));
        Transaction t2 = get(second.begin());
        Future<Void> waits = bench.change(second, contested);
        awaitWaiting(second);

        bench.changeAndCommit(other);
        await().atMost(SOON).until(() -> bench.queue.groups().equals(List.of(other)));
        get(t1.rollback());
        get(waits);
        get(t2.commit());

        await().atMost(SOON).until(() -> bench.queue.groups().equals(List.of(other, contested)));
        bench.confirm();
    }

    /** When both changes are committed, the lane's drains have long passed the place of the first. */
    @Test
    void aLateCommitIsSentBeforeTheNextChangeOfItsBookingThoughTheLaneHasGoneFarBeyond() {
        int passed = 2 * Drain.MAX_EVENTS;
        Transaction t1 = get(first.begin());
        get(bench.changeSilently(first, contested));
        bench.append(IntStream.rangeClosed(1, passed + 10)
                .mapToObj(n -> RelayBench.event(other, n))
                .toList());
        bench.sql("UPDATE booking SET version = %d WHERE id = '%s'".formatted(passed + 10, other));
        Promise<Void> reached = Promise.promise();
        Promise<Void> goOn = Promise.promise();
        bench.queue.beforeAnswer = groups -> {
            if (bench.queue.accepted.size() != passed) {
                return Future.succeededFuture();
            }
            reached.tryComplete();
            return goOn.future();
        };
        bench.startRelay(Duration.ofSeconds(1));
        get(reached.future());

        get(t1.commit());
        get(bench.pool.withTransaction(tx -> bench.changeSilently(tx, contested)));
        goOn.complete();

        bench.confirm();
    }

    @Test
    void twoHundredWritersOnTenSubjectsAreSentInTheOrderOfTheirCommits() {
        List<String> subjects = IntStream.range(0, 10).mapToObj(i -> "w" + i).toList();
        bench.book(subjects);
        for (int i = 0; i < 3; i++) {
            bench.startRelay(Duration.ofMillis(100));
        }
        Pool writers = pool(40);
        List<Future<Void>> changes = new ArrayList<>();
        for (int writer = 0; writer < 200; writer++) {
            int number = writer;
            changes.add(writers.withTransaction(tx -> bench.change(tx, subjects.get(number % 10))
                            .compose(changed -> dawdle(tx))
                            .compose(done -> number % 7 == 3
                                    ? Future.failedFuture("the business change failed")
                                    : Future.<Void>succeededFuture()))
                    .recover(rolledBack ->
                            number % 7 == 3 ? Future.succeededFuture() : Future.failedFuture(rolledBack)));
        }
        get(Future.join(changes));

        bench.confirm();
        assertThat(bench.number("SELECT sum(version) FROM booking")).isEqualTo(200 - 29);
    }

    /** So that others overtake it. */
    private static Future<Void> dawdle(SqlConnection tx) {
        return tx.query("SELECT pg_sleep(random() * 0.02)").execute().mapEmpty();
    }

    private Pool pool(int size) {
        return db.pool(vertx, db.connectOptions(), new PoolOptions().setMaxSize(size));
    }

    private void awaitWaiting(PgConnection connection) {
        await().atMost(SOON)
                .until(() ->
                        bench.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = "
                                        + connection.processId())
                                == 1);
    }
}
