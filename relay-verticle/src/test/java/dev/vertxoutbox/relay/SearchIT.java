package dev.vertxoutbox.relay;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vertxoutbox.outbox.Claim;
import dev.vertxoutbox.outbox.ClaimedEvent;
import dev.vertxoutbox.outbox.Floors;
import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneGroup;
import dev.vertxoutbox.outbox.LaneHead;
import dev.vertxoutbox.outbox.OutboxAdmin;
import dev.vertxoutbox.outbox.OutboxStore;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The search that has become slow; the usual one is in every other test of the relay. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class SearchIT {

    private static final long ALWAYS_SLOW = -1;
    private static final long NEVER_SLOW = Long.MAX_VALUE;

    private final Vertx vertx;
    private final Context context;
    private final Pool pool;
    private final FloorWatch watch = new FloorWatch(List.of());
    private volatile Map<Lane, Set<String>> except = Map.of();
    private final Set<Lane> swept = ConcurrentHashMap.newKeySet();

    SearchIT(Vertx vertx, TestDatabase db) {
        this.vertx = vertx;
        context = vertx.getOrCreateContext();
        pool = db.pool(vertx);
    }

    @AfterEach
    void empty() {
        get(pool.query("TRUNCATE outbox.event, outbox.parked_event").execute());
    }

    @Test
    void quickSearchLooksAtEverything() throws Exception {
        Lane a = insert("a");
        Lane b = insert("b");

        assertThat(lanes(search(NEVER_SLOW))).containsExactlyInAnyOrder(a, b);
        assertThat(floors()).isEqualTo(Floors.NONE);
    }

    @Test
    void laneWhoseEventsAreAllToBeLeftAloneIsHeldAndItsHeadIsStillFound() throws Exception {
        Lane a = insert("a");
        long oldest = lastSeq();
        insert("a");
        Lane b = insert("b");
        except = Map.of(a, Set.of("a"));
        Search search = search(NEVER_SLOW);

        assertThat(get(onContext(search::lanes)))
                .containsExactlyInAnyOrder(
                        new LaneHead(a, oldest, false, true), new LaneHead(b, oldest + 2, false, false));
    }

    @Test
    void searchReadsNoMoreThanTheHeadsOnceItWasSlowTwice() throws Exception {
        Lane a = insert("a");
        except = Map.of(a, Set.of("a"));
        Search search = search(ALWAYS_SLOW);

        assertThat(get(onContext(search::lanes))).extracting(LaneHead::held).containsExactly(true);
        assertThat(get(onContext(search::lanes))).extracting(LaneHead::held).containsExactly(true);
        assertThat(get(onContext(search::lanes))).extracting(LaneHead::held).containsExactly(false);
        search.stop();
    }

    @Test
    void slowSearchSkipsNoTransactionThatCommitsLate() throws Exception {
        Search search = search(ALWAYS_SLOW);
        SqlConnection late = get(pool.getConnection());
        Transaction open = get(late.begin());
        Lane lane = insert(late, "a");
        Lane busy = insert("b");
        // Floors rise again and again, for lanes with events and for empty ones, but not over the open transaction.
        long mark = lastSeq();
        for (int i = 0; i < 4; i++) {
            assertThat(lanes(search)).containsExactly(busy);
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
        }
        assertThat(floors().places())
                .allSatisfy((any, place) -> assertThat(place).isLessThan(mark - 1));

        get(open.commit());
        get(late.close());

        assertThat(lanes(search)).containsExactlyInAnyOrder(lane, busy);
        await().untilAsserted(() -> {
            assertThat(lanes(search)).containsExactlyInAnyOrder(lane, busy);
            assertThat(floors().places()).isNotEmpty();
        });
        assertThat(floors().places().get(lane)).isEqualTo(mark - 2);
        search.stop();
    }

    @Test
    void slowSearchFindsWhatIsPutBackAndTheClaimHasItInOrder() throws Exception {
        Search search = search(ALWAYS_SLOW);
        Lane lane = insert("a");
        long first = lastSeq();
        insert("a");
        OutboxStore store = new OutboxStore();
        get(pool.withTransaction(tx -> store.park(tx, LaneGroup.of(lane), List.of(first), "bad")
                .compose(parked -> store.parkBehind(tx, LaneGroup.of(lane), List.of(first + 1)))));
        insert("c");
        await().untilAsserted(() -> {
            lanes(search);
            assertThat(floors().places().getOrDefault(lane, 0L)).isGreaterThan(first);
        });
        Floors before = floors();
        OutboxAdmin admin = new OutboxAdmin(pool);
        UUID id = get(admin.parked(null, "a", null, 1)).get(0).id();

        get(admin.retry(id));
        insert("a");

        assertThat(lanes(search)).contains(lane);
        List<ClaimedEvent> claimed = get(pool.withTransaction(tx -> store.tryLock(tx, LaneGroup.of(lane))
                .compose(locked -> store.claim(tx, new Claim(LaneGroup.of(lane), before, Set.of(), 10, 1_000_000)))));
        assertThat(claimed)
                .extracting(ClaimedEvent::seq)
                .startsWith(first, first + 1)
                .hasSize(3);
        search.stop();
    }

    @Test
    void eventWithAPlaceOfItsOwnMakingIsFoundByTheLookAtEverything() throws Exception {
        Search search = search(ALWAYS_SLOW);
        insert("a");
        long low = lastSeq();
        get(pool.query("DELETE FROM outbox.event").execute());
        insert("b");
        Lane lane = new Lane("orders", bucketOf("a"));
        await().untilAsserted(() -> {
            lanes(search);
            assertThat(floors().places().getOrDefault(lane, 0L)).isGreaterThanOrEqualTo(low);
        });

        get(pool.query("INSERT INTO outbox.event (seq, topic, subject, type, data) VALUES (" + low
                        + ", 'orders', 'a', 'x', '{}')")
                .execute());

        // A look that began before the floor was there may see the event, and does not know that it is below.
        await().untilAsserted(() -> assertThat(lanes(search)).contains(lane));
        assertThat(swept).contains(lane);
        search.stop();
    }

    @Test
    void looksAtEverythingGoOnAfterOneHasFailed() throws Exception {
        insert("a");
        Search search = search(ALWAYS_SLOW);
        lanes(search);
        lanes(search);
        get(pool.query("ALTER TABLE outbox.event RENAME TO elsewhere").execute());
        assertThatThrownBy(() -> lanes(search)).hasMessageContaining("does not exist");
        swept.clear();
        get(pool.query("ALTER TABLE outbox.elsewhere RENAME TO event").execute());
        Lane lane = new Lane("orders", bucketOf("a"));

        await().until(() -> swept.contains(lane));
        search.stop();
    }

    private Search search(long slowMillis) {
        return new Search(
                vertx,
                pool,
                new OutboxStore(),
                watch,
                () -> except,
                heads -> swept.addAll(lanesOf(heads)),
                slowMillis,
                200);
    }

    private List<Lane> lanes(Search search) {
        return lanesOf(get(onContext(search::lanes)));
    }

    private static List<Lane> lanesOf(List<LaneHead> heads) {
        return heads.stream().map(LaneHead::lane).toList();
    }

    private Floors floors() {
        return get(onContext(() -> Future.succeededFuture(watch.floors())));
    }

    private Lane insert(String subject) {
        SqlConnection connection = get(pool.getConnection());
        Lane lane = insert(connection, subject);
        get(connection.close());
        return lane;
    }

    private Lane insert(SqlConnection connection, String subject) {
        return get(connection
                .preparedQuery("INSERT INTO outbox.event (topic, subject, type, data)"
                        + " VALUES ('orders', $1, 'x', '{}') RETURNING bucket")
                .execute(Tuple.of(subject))
                .map(rows -> new Lane("orders", rows.iterator().next().getInteger(0))));
    }

    private int bucketOf(String subject) {
        return get(pool.query("SELECT hashtext('" + subject + "') & 63").execute())
                .iterator()
                .next()
                .getInteger(0);
    }

    private long lastSeq() {
        return get(pool.query("SELECT last_value FROM outbox.event_seq_seq").execute())
                .iterator()
                .next()
                .getLong(0);
    }

    private <T> Future<T> onContext(Supplier<Future<T>> step) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(go -> step.get().onComplete(promise));
        return promise.future();
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100));
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.await(10, SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("not completed within 10 s", late);
        }
    }
}
