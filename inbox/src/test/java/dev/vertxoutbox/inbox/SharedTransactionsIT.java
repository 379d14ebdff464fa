package dev.vertxoutbox.inbox;

import static dev.vertxoutbox.inbox.Bench.done;
import static dev.vertxoutbox.inbox.Bench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TcpProxy;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ten messages of ten groups come in one poll. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class SharedTransactionsIT {
    private static final int EVENTS = 10;
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final String TRANSACTIONS = "SELECT count(DISTINCT xmin::text) FROM effect";

    private final FakeQueue queue = new FakeQueue();
    private Bench bench;

    @BeforeEach
    void prepare(Vertx vertx, TestDatabase db, Sandbox sandbox) {
        bench = new Bench(vertx, db, sandbox);
        bench.sharedLimit = Duration.ofMinutes(1);
    }

    @AfterEach
    void cleanUp() {
        bench.close();
    }

    private Inbox start(EventHandler handler) {
        return bench.start(bench.config().withPollers(1), queue, handler);
    }

    /** For one poll: it sees all of them or none. */
    private List<UUID> send(int events) {
        List<UUID> ids = new ArrayList<>();
        synchronized (queue) {
            for (int n = 0; n < events; n++) {
                ids.add(UUID.randomUUID());
                queue.add("s" + n, Bench.envelope("s" + n, ids.get(n), Bench.TYPE, null));
            }
        }
        return ids;
    }

    private void untilDeleted() {
        eventually(() -> assertThat(queue.depth()).isZero());
    }

    @Test
    void eventsThatComeTogetherShareATransaction() {
        List<UUID> events = send(EVENTS);

        start(Bench.recording());

        untilDeleted();
        assertThat(bench.effects()).containsExactlyElementsOf(events);
        assertThat(bench.number(TRANSACTIONS)).isEqualTo(1);
        assertThat(bench.count("inbox.transactions")).isEqualTo(1);
        assertThat(bench.count("inbox.handled")).isEqualTo(EVENTS);
    }

    @Test
    void preparedEffectsShareATransactionAsWell() {
        Promise<Void> allPrepared = Promise.promise();
        List<UUID> prepared = Collections.synchronizedList(new ArrayList<>());
        List<UUID> events = send(EVENTS);

        start(event -> {
            prepared.add(event.id());
            if (prepared.size() == EVENTS) {
                allPrepared.complete();
            }
            return allPrepared.future().map(all -> tx -> Bench.record(tx, event));
        });

        untilDeleted();
        assertThat(bench.effects()).containsExactlyInAnyOrderElementsOf(events);
        assertThat(bench.number(TRANSACTIONS)).isLessThan(EVENTS);
    }

    @Test
    void effectsOfATransactionRunOneAfterTheOther() {
        bench.sql("CREATE TABLE IF NOT EXISTS total (n int); GRANT ALL ON total TO inbox_consumer");
        bench.sql("TRUNCATE total; INSERT INTO total VALUES (0)");
        send(EVENTS);

        // Right in transactions of their own, as each locks the row; in a shared one the lock keeps nobody out.
        start(EventHandler.transactional((tx, event) -> tx.query("SELECT n FROM total FOR UPDATE")
                .execute()
                .compose(read -> tx.preparedQuery("UPDATE total SET n = $1")
                        .execute(Tuple.of(read.iterator().next().getInteger(0) + 1)))
                .mapEmpty()));

        untilDeleted();
        assertThat(bench.number("SELECT n FROM total")).isEqualTo(EVENTS);
        assertThat(bench.count("inbox.transactions")).isEqualTo(1);
        assertThat(bench.count("inbox.transactions.split")).isZero();
    }

    @Test
    void effectThatHidesThatItsSecondStatementWasRefusedIsRepeated() {
        List<UUID> events = send(EVENTS);

        start(EventHandler.transactional((tx, event) -> tx.query("SELECT 1")
                .execute()
                .compose(read -> Bench.record(tx, event))
                .otherwiseEmpty()));

        untilDeleted();
        assertThat(bench.effects()).containsExactlyElementsOf(events);
        assertThat(bench.count("inbox.transactions")).isEqualTo(1);
    }

    @Test
    void effectThatUsesAQueryAgainLaterIsWaitedFor() {
        bench.sql("CREATE TABLE IF NOT EXISTS doubled (n int); GRANT ALL ON doubled TO inbox_consumer");
        bench.sql("TRUNCATE doubled; INSERT INTO doubled VALUES (0)");
        send(EVENTS);

        // Each makes an even number odd and even again; interleaved, two would make it odd one after the other.
        start(EventHandler.transactional((tx, event) -> {
            PreparedQuery<RowSet<Row>> add = tx.preparedQuery("UPDATE doubled SET n = n + 1 WHERE n % 2 = $1");
            return add.execute(Tuple.of(0))
                    .compose(odd -> add.execute(Tuple.of(1)))
                    .mapEmpty();
        }));

        untilDeleted();
        assertThat(bench.number("SELECT n FROM doubled")).isEqualTo(2 * EVENTS);
    }

    @Test
    void effectThatPreparesItsStatementIsWaitedFor() {
        List<UUID> events = send(EVENTS);

        start(EventHandler.transactional((tx, event) -> tx.prepare("INSERT INTO effect (event_id) VALUES ($1)")
                .compose(insert -> insert.query().execute(Tuple.of(event.id())))
                .mapEmpty()));

        untilDeleted();
        assertThat(bench.effects()).containsExactlyElementsOf(events);
        assertThat(bench.count("inbox.transactions")).isEqualTo(1);
    }

    @Test
    void failingEffectTakesNoOtherDown() {
        List<UUID> events = send(EVENTS);
        UUID poison = events.get(4);

        start(EventHandler.transactional(
                (tx, event) -> event.id().equals(poison) ? Future.failedFuture("poison") : Bench.record(tx, event)));

        eventually(() -> assertThat(queue.depth()).isEqualTo(1));
        List<UUID> others = new ArrayList<>(events);
        others.remove(poison);
        assertThat(bench.effects()).containsExactlyInAnyOrderElementsOf(others);
        assertThat(bench.count("inbox.handled")).isEqualTo(EVENTS - 1);
        assertThat(bench.count("inbox.failures")).isEqualTo(bench.count("inbox.given.back"));
        assertThat(bench.count("inbox.transactions.split")).isEqualTo(1);
    }

    @Test
    void effectThatFailsItsTransactionSilentlyTakesNoOtherDown() {
        AtomicBoolean done = new AtomicBoolean();
        List<UUID> events = send(EVENTS);

        start(EventHandler.transactional(
                (tx, event) -> event.id().equals(events.get(4)) && done.compareAndSet(false, true)
                        ? tx.query("SELECT * FROM no_such_table")
                                .execute()
                                .otherwiseEmpty()
                                .mapEmpty()
                        : Bench.record(tx, event)));

        untilDeleted();
        assertThat(bench.effects()).containsExactlyInAnyOrderElementsOf(events);
        assertThat(bench.count("inbox.given.back")).isZero();
    }

    @Test
    void effectThatNeverEndsTakesNoOtherDown() {
        bench.sharedLimit = SHORT;
        List<UUID> events = send(EVENTS);
        UUID endless = events.get(4);

        start(EventHandler.transactional((tx, event) ->
                event.id().equals(endless) ? Promise.<Void>promise().future() : Bench.record(tx, event)));

        eventually(() -> assertThat(queue.depth()).isEqualTo(1));
        assertThat(bench.effects()).hasSize(EVENTS - 1).doesNotContain(endless);
        assertThat(bench.count("inbox.given.back")).isZero();
    }

    @Test
    void effectThatGoesOnAfterItsTransactionWasGivenUpWritesNothing() {
        bench.sharedLimit = SHORT;
        Promise<Void> late = Promise.promise();
        AtomicBoolean begun = new AtomicBoolean();
        AtomicBoolean goneOn = new AtomicBoolean();
        List<UUID> events = send(EVENTS);
        UUID slow = events.get(4);

        start(EventHandler.transactional((tx, event) -> event.id().equals(slow) && begun.compareAndSet(false, true)
                ? late.future()
                        .compose(on -> Bench.record(tx, event))
                        .onComplete(refused -> goneOn.set(true))
                        .otherwiseEmpty()
                : Bench.record(tx, event)));

        untilDeleted();
        late.complete();
        eventually(() -> assertThat(goneOn).isTrue());
        List<UUID> more = send(EVENTS);
        untilDeleted();
        events.addAll(more);
        assertThat(bench.effects()).containsExactlyInAnyOrderElementsOf(events);
    }

    @Test
    void effectWithASlowStatementTakesNoOtherDown() {
        bench.sharedLimit = SHORT;
        List<UUID> events = send(EVENTS);
        UUID slow = events.get(4);

        start(EventHandler.transactional((tx, event) -> event.id().equals(slow)
                ? tx.query("SELECT pg_sleep(600)").execute().mapEmpty()
                : Bench.record(tx, event)));

        try {
            eventually(() -> assertThat(queue.depth()).isEqualTo(1));
            assertThat(bench.effects()).hasSize(EVENTS - 1).doesNotContain(slow);
            assertThat(bench.count("inbox.given.back")).isZero();
        } finally {
            bench.sandbox.postgres().killBackends();
        }
    }

    @Test
    void eventThatComesTooEarlyTakesNoOtherDown() {
        UUID early = UUID.randomUUID();
        List<UUID> events;
        synchronized (queue) {
            queue.add("early", Bench.envelope("early", early, Bench.TYPE, 2L));
            events = send(EVENTS - 1);
        }

        start(Bench.recording());

        eventually(() -> assertThat(queue.depth()).isEqualTo(1));
        assertThat(bench.effects()).containsExactlyElementsOf(events);
        assertThat(bench.number(TRANSACTIONS)).isEqualTo(1);
        assertThat(bench.number("SELECT count(*) FROM inbox.processed")).isEqualTo(EVENTS - 1);
        assertThat(bench.number("SELECT count(*) FROM inbox.position")).isZero();
        assertThat(bench.count("inbox.transactions.split")).isZero();
        queue.add("other", Bench.envelope("early", UUID.randomUUID(), Bench.TYPE, 1L));
        untilDeleted();
        assertThat(bench.effects()).endsWith(early);
        assertThat(bench.count("inbox.gaps")).isZero();
    }

    @Test
    void claimThatIsAnsweredAfterItsTimeIsUpTellsNobody(TestDatabase db, Vertx vertx) {
        bench.sharedLimit = SHORT;
        PgConnectOptions direct = db.connectOptions();
        try (TcpProxy slow = TcpProxy.start(direct.getHost(), direct.getPort())) {
            slow.delay(SHORT);
            bench.pool = db.pool(
                    vertx,
                    new PgConnectOptions(direct).setHost("127.0.0.1").setPort(slow.port()),
                    new PoolOptions().setMaxSize(EVENTS));
            List<UUID> events;
            synchronized (queue) {
                queue.add("early", Bench.envelope("early", UUID.randomUUID(), Bench.TYPE, 2L));
                events = send(EVENTS - 1);
            }

            start(Bench.recording());

            eventually(() -> assertThat(queue.depth()).isEqualTo(1));
            assertThat(bench.effects()).containsExactlyInAnyOrderElementsOf(events);
            assertThat(bench.count("inbox.transactions.split")).isEqualTo(1);
            assertThat(bench.count("inbox.gap.waits")).isEqualTo(bench.count("inbox.given.back"));
        }
    }

    @Test
    void sameEventTwiceInOnePollTakesEffectOnce() {
        UUID event = UUID.randomUUID();
        synchronized (queue) {
            for (int n = 0; n < EVENTS; n++) {
                queue.add("s" + n, Bench.envelope("a", event, Bench.TYPE, n % 2 == 0 ? 1L : null));
            }
        }

        start(Bench.recording());

        untilDeleted();
        assertThat(bench.effects()).containsExactly(event);
        assertThat(bench.count("inbox.duplicates")).isEqualTo(EVENTS - 1);
        assertThat(bench.count("inbox.given.back")).isZero();
    }

    @Test
    void eventsOfOneSubjectInOnePollTakeEffectInOrder() {
        Map<Long, EventOrder> orders = new ConcurrentHashMap<>();
        synchronized (queue) {
            for (long n = 1; n <= EVENTS; n++) {
                queue.add("s" + n, Bench.envelope("a", UUID.randomUUID(), Bench.TYPE, n));
            }
        }

        start(EventHandler.transactional((tx, event) -> {
            orders.put(event.sequence(), event.order());
            return Bench.record(tx, event);
        }));

        untilDeleted();
        assertThat(orders).hasSize(EVENTS).values().containsOnly(EventOrder.IN_ORDER);
        assertThat(bench.number("SELECT sequence FROM inbox.position")).isEqualTo(EVENTS);
        assertThat(bench.count("inbox.transactions.split")).isZero();
    }

    @Test
    void eventsOfOneSubjectStayInOrderWhenTheirTransactionIsSplit() {
        AtomicBoolean failed = new AtomicBoolean();
        UUID first = UUID.randomUUID();
        List<UUID> events = new ArrayList<>();
        synchronized (queue) {
            queue.add("first", Bench.envelope("first", first, Bench.TYPE, null));
            for (long n = 1; n < EVENTS; n++) {
                UUID id = UUID.randomUUID();
                events.add(id);
                queue.add("s" + n, Bench.envelope("a", id, Bench.TYPE, n));
            }
        }

        start(EventHandler.transactional((tx, event) ->
                failed.compareAndSet(false, true) ? Future.failedFuture("once") : Bench.record(tx, event)));

        untilDeleted();
        assertThat(bench.count("inbox.transactions.split")).isEqualTo(1);
        assertThat(bench.effects("a")).containsExactlyElementsOf(events);
        assertThat(bench.effects("first")).containsExactly(first);
        assertThat(bench.count("inbox.gap.waits")).isZero();
        assertThat(bench.count("inbox.given.back")).isZero();
    }

    @Test
    void eventThatFollowsOneRepeatedWithOthersStaysBehindIt() {
        List<UUID> events = new ArrayList<>();
        synchronized (queue) {
            queue.add("early", Bench.envelope("early", UUID.randomUUID(), Bench.TYPE, 2L));
            for (long n = 1; n < EVENTS; n++) {
                UUID id = UUID.randomUUID();
                events.add(id);
                queue.add("s" + n, Bench.envelope("a", id, Bench.TYPE, n));
            }
        }

        start(Bench.recording());

        eventually(() -> assertThat(queue.depth()).isEqualTo(1));
        assertThat(bench.effects()).containsExactlyElementsOf(events);
        assertThat(bench.count("inbox.gap.waits")).isEqualTo(bench.count("inbox.given.back"));
    }

    @Test
    void sharingResumesAfterAFailure() {
        AtomicBoolean failed = new AtomicBoolean();
        start(EventHandler.transactional((tx, event) ->
                failed.compareAndSet(false, true) ? Future.failedFuture("once") : Bench.record(tx, event)));
        for (int round = 1; round <= 3; round++) {
            send(EVENTS);
            untilDeleted();
        }

        assertThat(bench.count("inbox.handled")).isEqualTo(3 * EVENTS);
        // Those that shared the one that failed, as many after it, and then one for all.
        assertThat(bench.number(TRANSACTIONS)).isEqualTo(EVENTS + EVENTS + 1);
    }

    @Test
    void fewerShareATransactionWhereEffectsTakeLong() {
        bench.sharedLimit = Duration.ofMillis(800);
        int events = 300;
        List<UUID> sent = send(events);

        // A hundred of them take two seconds.
        bench.start(
                bench.config().withPollers(1).withMaxInFlight(events),
                queue,
                EventHandler.transactional((tx, event) ->
                        tx.query("SELECT pg_sleep(0.02)").execute().compose(slept -> Bench.record(tx, event))));

        untilDeleted();
        assertThat(bench.effects()).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(bench.number(TRANSACTIONS)).isLessThan(events * 3 / 4);
    }

    @Test
    void effectsThatLockEachOthersRowsAreOnlyRepeated(Vertx vertx) {
        bench.sharedLimit = SHORT;
        bench.sql(
                "CREATE TABLE IF NOT EXISTS stock (article text PRIMARY KEY, n int); GRANT ALL ON stock TO inbox_consumer");
        bench.sql("TRUNCATE stock; INSERT INTO stock VALUES ('a', 0), ('b', 0)");
        FakeQueue other = new FakeQueue();
        Promise<Void> oneLocked = Promise.promise();
        Promise<Void> otherLocked = Promise.promise();
        sendArticles(queue, "a", "b");
        sendArticles(other, "b", "a");

        start(EventHandler.transactional((tx, event) -> take(tx, event, oneLocked, otherLocked.future())));
        bench.start(
                bench.config().withPollers(1),
                other,
                EventHandler.transactional((tx, event) -> take(tx, event, otherLocked, oneLocked.future())));

        untilDeleted();
        eventually(() -> assertThat(other.depth()).isZero());
        assertThat(bench.number("SELECT sum(n) FROM stock")).isEqualTo(4);
        assertThat(bench.count("inbox.transactions.split")).isPositive();
        assertThat(bench.count("inbox.given.back")).isZero();
    }

    private static void sendArticles(FakeQueue queue, String first, String second) {
        synchronized (queue) {
            queue.add(first, Bench.envelope(first, UUID.randomUUID(), Bench.TYPE, null));
            queue.add(second, Bench.envelope(second, UUID.randomUUID(), Bench.TYPE, null));
        }
    }

    private static Future<Void> take(
            SqlConnection tx, InboxEvent event, Promise<Void> locked, Future<Void> otherLocked) {
        return tx.preparedQuery("UPDATE stock SET n = n + 1 WHERE article = $1")
                .execute(Tuple.of(event.subject()))
                .compose(updated -> {
                    locked.tryComplete();
                    return otherLocked;
                });
    }

    @Test
    void transactionsThatClaimTheSameEventsInAnyOrderDoNotDeadlock() {
        ProcessedStore store = new ProcessedStore(bench.pool, "bench");
        List<InboxEvent> events = new ArrayList<>();
        for (int n = 0; n < 9; n++) {
            events.add(InboxEvent.parse(Bench.envelope("s" + n, new UUID(n, n), Bench.TYPE, 1L)));
        }
        List<InboxEvent> reversed = new ArrayList<>(events);
        Collections.reverse(reversed);
        SqlConnection holder = begin();
        done(store.claim(holder, List.of(events.get(4))));
        SqlConnection one = begin();
        SqlConnection two = begin();

        Future<List<Seen>> claimedByOne = store.claim(one, events);
        eventually(() -> assertThat(waiting()).isEqualTo(1));
        Future<List<Seen>> claimedByTwo = store.claim(two, reversed);
        eventually(() -> assertThat(waiting()).isEqualTo(2));
        done(holder.transaction().rollback());

        assertThat(done(claimedByOne)).noneMatch(Seen::processed);
        done(one.transaction().commit());
        assertThat(done(claimedByTwo)).allMatch(Seen::processed);
        done(two.transaction().rollback());
        done(Future.join(holder.close(), one.close(), two.close()));
    }

    private SqlConnection begin() {
        SqlConnection connection = done(bench.pool.getConnection());
        done(connection.begin());
        return connection;
    }

    private long waiting() {
        return bench.number("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'");
    }

    @Test
    void longestWaitForAForeignLockIsBounded() {
        bench.sharedLimit = SHORT;
        List<UUID> events = send(EVENTS);
        ProcessedStore store = new ProcessedStore(bench.pool, "bench");
        SqlConnection holder = begin();
        done(store.claim(holder, InboxEvent.parse(Bench.envelope("x", events.get(4), Bench.TYPE, null))));

        start(Bench.recording());

        eventually(() -> assertThat(queue.depth()).isEqualTo(1));
        assertThat(bench.effects()).hasSize(EVENTS - 1).doesNotContain(events.get(4));
        done(holder.transaction().rollback());
        untilDeleted();
        assertThat(bench.effects()).hasSize(EVENTS);
        done(holder.close());
    }

    @Test
    void loneEventThatTakesLongHoldsUpNobody() {
        bench.sharedLimit = SHORT;
        Promise<Void> end = Promise.promise();
        List<UUID> begun = Collections.synchronizedList(new ArrayList<>());
        Set<Context> contexts = ConcurrentHashMap.newKeySet();
        List<UUID> slow = new ArrayList<>();
        start(EventHandler.transactional((tx, event) -> {
            begun.add(event.id());
            contexts.add(Vertx.currentContext());
            return slow.contains(event.id())
                    ? end.future().compose(go -> Bench.record(tx, event))
                    : Bench.record(tx, event);
        }));
        for (int n = 0; n < 3; n++) {
            UUID id = UUID.randomUUID();
            slow.add(id);
            queue.add("slow" + n, Bench.envelope("slow" + n, id, Bench.TYPE, null));
            eventually(() -> assertThat(begun).contains(id));
        }

        UUID quick = send(1).get(0);

        eventually(() -> assertThat(bench.effects()).containsExactly(quick));
        end.complete();
        untilDeleted();
        assertThat(begun).doesNotHaveDuplicates();
        assertThat(contexts).as("contexts that work on what only one may").hasSize(1);
    }

    @Test
    void stopWaitsForTheSharedTransaction() {
        Promise<Void> end = Promise.promise();
        AtomicBoolean begun = new AtomicBoolean();
        List<UUID> events = send(EVENTS);
        Inbox inbox = start(EventHandler.transactional((tx, event) -> {
            begun.set(true);
            return end.future().compose(go -> Bench.record(tx, event));
        }));
        eventually(() -> assertThat(begun).isTrue());

        Future<Void> stopped = inbox.stop();
        end.complete();
        done(stopped);

        assertThat(bench.effects()).containsExactlyInAnyOrderElementsOf(events);
        assertThat(queue.depth()).isZero();
    }

    @Test
    void timeIsUpForTheSharedTransactionBeforeItIsForItsEvents() {
        bench.sharedLimit = null;
        List<UUID> events = send(EVENTS);
        UUID endless = events.get(0);

        bench.start(
                bench.config().withPollers(1).withHandlerTimeout(Duration.ofSeconds(1)),
                queue,
                EventHandler.transactional((tx, event) ->
                        event.id().equals(endless) ? Promise.<Void>promise().future() : Bench.record(tx, event)));

        eventually(() -> assertThat(bench.count("inbox.given.back")).isPositive());
        assertThat(bench.effects()).hasSize(EVENTS - 1).doesNotContain(endless);
        assertThat(bench.count("inbox.handled")).isEqualTo(EVENTS - 1);
    }
}
