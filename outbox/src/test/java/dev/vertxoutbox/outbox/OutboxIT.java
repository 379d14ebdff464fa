package dev.vertxoutbox.outbox;

import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.pgclient.PgNotification;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Transaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class OutboxIT {

    private static final String PLAIN_INSERT =
            "INSERT INTO outbox.event (topic, subject, type, data) VALUES ('orders', 'plain', 'order.placed', '{}')";

    private final BlockingQueue<PgNotification> rings = new LinkedBlockingQueue<>();
    private final OutboxStore store = new OutboxStore();
    private final Pool pool;
    private final Outbox outbox;
    private final OutboxAdmin admin;
    private final PgConnection writer;
    private final PgConnection listener;

    OutboxIT(Vertx vertx, TestDatabase db) throws Exception {
        pool = db.pool(vertx);
        outbox = new Outbox(pool);
        admin = new OutboxAdmin(pool);
        writer = PgConnection.connect(vertx, db.connectOptions()).await(5, SECONDS);
        listener = PgConnection.connect(vertx, db.connectOptions()).await(5, SECONDS);
    }

    @BeforeEach
    void listen() throws Exception {
        listener.notificationHandler(rings::add);
        await(listener.query("LISTEN outbox_event").execute());
    }

    @AfterEach
    void cleanUp() throws Exception {
        await(listener.close());
        await(writer.close());
        await(pool.query("TRUNCATE outbox.event, outbox.parked_event, outbox.paused_topic")
                .execute());
    }

    @Test
    void appendedEventsKeepTheirOrder() throws Exception {
        List<OutboxEvent> events =
                IntStream.range(0, 100).mapToObj(i -> order("s" + i % 7)).toList();

        await(pool.withTransaction(tx -> outbox.append(tx, events)));

        assertThat(pending()).extracting(ListedEvent::id).containsExactlyElementsOf(ids(events));
    }

    @Test
    void rolledBackEventDoesNotExistAndRingsNobody() throws Exception {
        Future<Object> failing = pool.withTransaction(tx ->
                outbox.append(tx, order("1")).compose(appended -> Future.failedFuture("the business change failed")));
        assertThatThrownBy(() -> await(failing)).hasMessage("the business change failed");

        assertThat(pending()).isEmpty();
        // A ring for the rolled-back transaction would come before the one for this.
        await(writer.query(PLAIN_INSERT).execute());
        assertThat(nextRing().getProcessId()).isEqualTo(writer.processId());
        assertThat(rings).isEmpty();
    }

    @Test
    void appendNotifiesAfterTheCommitAndNotWithinTheTransaction() throws Exception {
        Transaction transaction = await(writer.begin());
        await(outbox.append(writer, order("1")));
        await(transaction.commit());

        assertThat(nextRing().getProcessId()).isNotEqualTo(writer.processId());
    }

    @Test
    void plainInsertRingsWithinItsTransactionOncePerStatement() throws Exception {
        await(writer.query("INSERT INTO outbox.event (topic, subject, type, data)"
                        + " SELECT 'orders', n::text, 'order.placed', '{}' FROM generate_series(1, 10) n")
                .execute());
        await(writer.query("SELECT pg_notify('outbox_event', 'last')").execute());

        assertThat(nextRing().getPayload()).isEmpty();
        assertThat(nextRing().getPayload()).isEqualTo("last");
    }

    @Test
    void appendWithoutTransactionIsRefused() {
        assertThatThrownBy(() -> await(outbox.append(writer, order("1"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("open transaction");
    }

    @Test
    void payloadThatNoQueueTakesIsRefusedWithItsSize() throws Exception {
        JsonObject tooLarge = new JsonObject().put("text", "ü".repeat(OutboxEvent.MAX_DATA_BYTES / 2));

        assertThatThrownBy(() -> await(pool.withTransaction(
                        tx -> outbox.append(tx, OutboxEvent.of("orders", "1", "order.placed", tooLarge)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1040395 bytes");
        assertThat(pending()).isEmpty();
    }

    @Test
    void searchFindsTheHeadOfEveryLaneWhateverFloorsAreBelowThem() {
        List<OutboxEvent> events = IntStream.range(0, 300)
                .mapToObj(i -> OutboxEvent.of("topic-" + i % 3, "s" + i, "x", new JsonObject()))
                .toList();
        await(pool.withTransaction(tx -> outbox.append(tx, events)));
        List<LaneHead> all = heads(Floors.NONE);
        assertThat(all).hasSizeGreaterThan(100).doesNotHaveDuplicates();

        Map<Lane, Long> floors = new HashMap<>();
        for (int i = 0; i < all.size(); i += 2) {
            floors.put(all.get(i).lane(), all.get(i).seq() - 1);
        }
        floors.put(new Lane("empty", 0), 5L);
        floors.put(new Lane("zzz", 63), 5L);

        assertThat(heads(inThisEpoch(floors))).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void searchLooksBehindTheFloorsOnly() {
        List<OutboxEvent> events =
                IntStream.range(0, 200).mapToObj(i -> order("s" + i)).toList();
        await(pool.withTransaction(tx -> outbox.append(tx, events)));
        List<LaneHead> all = heads(Floors.NONE);
        Map<Lane, Long> floors = all.stream().collect(toMap(LaneHead::lane, LaneHead::seq));

        List<LaneHead> behind = heads(inThisEpoch(floors));

        assertThat(behind)
                .isNotEmpty()
                .allSatisfy(head -> assertThat(head.seq()).isGreaterThan(floors.get(head.lane())));
        assertThat(behind).hasSize((int) all.stream()
                .filter(head -> claim(head.lane(), 500, 1_000_000).size() > 1)
                .count());
    }

    @Test
    void claimBeginsBehindAPlaceAndLeavesSubjectsAlone() {
        List<OutboxEvent> events = List.of(order("a"), order("a"), order("a"));
        await(pool.withTransaction(tx -> outbox.append(tx, events)));
        Lane lane = onlyLane();
        long first = claim(lane, 1, 1).get(0).seq();

        assertThat(claim(new Claim(LaneGroup.of(lane), inThisEpoch(Map.of(lane, first)), Set.of(), 10, 1_000_000)))
                .extracting(ClaimedEvent::id)
                .containsExactlyElementsOf(ids(events.subList(1, 3)));
        assertThat(claim(new Claim(LaneGroup.of(lane), Floors.NONE, Set.of("a", "b"), 10, 1_000_000)))
                .isEmpty();
        assertThat(claim(new Claim(LaneGroup.of(lane), Floors.NONE, Set.of("b"), 10, 1_000_000)))
                .hasSize(3);
    }

    @Test
    void floorsOfAnotherEpochAreDisregarded() throws Exception {
        List<OutboxEvent> events = List.of(order("a"), order("b"));
        await(pool.withTransaction(tx -> outbox.append(tx, events)));
        ListedEvent first = pending().get(0);
        Lane lane = new Lane("orders", first.bucket());
        Floors floors = inThisEpoch(Map.of(lane, first.seq()));
        await(pool.withTransaction(tx -> store.park(tx, LaneGroup.of(lane), List.of(first.seq()), "bad")));

        await(admin.retry(first.id()));

        assertThat(claim(new Claim(LaneGroup.of(lane), floors, Set.of(), 10, 1_000_000))
                        .get(0)
                        .id())
                .isEqualTo(first.id());
        assertThat(heads(floors)).extracting(LaneHead::seq).contains(first.seq());
    }

    @Test
    void horizonNamesTheTransactionsThatHaveUncommittedEvents() throws Exception {
        Horizon before = await(pool.withConnection(store::horizon));
        Transaction open = await(writer.begin());
        await(writer.query(PLAIN_INSERT).execute());

        Horizon during = await(pool.withConnection(store::horizon));
        await(open.rollback());
        Horizon after = await(pool.withConnection(store::horizon));

        assertThat(during.lastSeq()).isEqualTo(before.lastSeq() + 1);
        assertThat(during.writers()).hasSize(1);
        assertThat(after.writers()).isEmpty();
        assertThat(after.epoch()).isEqualTo(before.epoch());
    }

    @Test
    void backlogIsCountedUpToTenThousandAndEstimatedBeyond() {
        fill(10_000);
        assertThat(await(admin.backlog()).pending()).isEqualTo(10_000);

        fill(90_000);
        assertThat(await(admin.backlog()).pending()).isBetween(90_000L, 110_000L);
    }

    @Test
    void laneHasOneHolderUntilItsTransactionEnds() throws Exception {
        await(pool.withTransaction(tx -> outbox.append(tx, order("1"))));
        Lane lane = onlyLane();
        Transaction first = await(writer.begin());

        assertThat(await(store.tryLock(writer, LaneGroup.of(lane)))).containsExactly(lane);
        assertThat(isFree(lane)).isFalse();
        assertThat(isFree(new Lane("others", lane.bucket()))).isTrue();
        await(first.commit());
        assertThat(isFree(lane)).isTrue();
    }

    @Test
    void claimIsBoundedInEventsAndInBytes() throws Exception {
        JsonObject kilobyte = new JsonObject().put("text", "x".repeat(1013));
        List<OutboxEvent> events = IntStream.range(0, 10)
                .mapToObj(i -> OutboxEvent.of("orders", "1", "order.placed", kilobyte))
                .toList();
        await(pool.withTransaction(tx -> outbox.append(tx, events)));
        Lane lane = onlyLane();

        assertThat(claim(lane, 3, 1_000_000))
                .extracting(ClaimedEvent::id)
                .containsExactlyElementsOf(ids(events.subList(0, 3)));
        assertThat(claim(lane, 100, 2000)).hasSize(2);
        assertThat(claim(lane, 100, 1)).hasSize(1);
    }

    @Test
    void eventsOfAParkedSubjectWaitBehindItAndComeBackInOrder() throws Exception {
        List<OutboxEvent> events = List.of(order("bad"), order("bad"), order("good"), order("bad"));
        await(pool.withTransaction(tx -> outbox.append(tx, events)));
        Lane lane = laneOf("bad");

        long first = seqOf(events.get(0));
        await(pool.withTransaction(tx -> store.park(tx, LaneGroup.of(lane), List.of(first), "no such thing")));
        List<Long> blocked = claim(lane, 100, 1_000_000).stream()
                .filter(ClaimedEvent::blocked)
                .map(ClaimedEvent::seq)
                .toList();
        await(pool.withTransaction(tx -> store.parkBehind(tx, LaneGroup.of(lane), blocked)));

        assertThat(pending())
                .extracting(ListedEvent::id)
                .containsExactly(events.get(2).id());
        assertThat(parked())
                .extracting(ListedEvent::id)
                .containsExactly(
                        events.get(0).id(), events.get(1).id(), events.get(3).id());
        assertThat(parked().get(0).reason()).isEqualTo("no such thing");

        assertThat(await(admin.retry(events.get(0).id()))).isEqualTo(3);
        assertThat(pending()).extracting(ListedEvent::id).containsExactlyElementsOf(ids(events));
        assertThat(parked()).isEmpty();
    }

    @Test
    void discardingWhatBlocksASubjectLetsTheRestGo() throws Exception {
        List<OutboxEvent> events = List.of(order("bad"), order("bad"), order("bad"));
        await(pool.withTransaction(tx -> outbox.append(tx, events)));
        Lane lane = laneOf("bad");
        long first = seqOf(events.get(0));
        await(pool.withTransaction(tx -> store.park(tx, LaneGroup.of(lane), List.of(first), "no such thing")
                .compose(parked -> store.parkBehind(tx, LaneGroup.of(lane), List.of(first + 1, first + 2)))));

        assertThat(await(admin.discard(events.get(1).id()))).isTrue();
        assertThat(pending()).as("the first still blocks the rest").isEmpty();
        assertThat(await(admin.discard(events.get(0).id()))).isTrue();

        assertThat(pending())
                .extracting(ListedEvent::id)
                .containsExactly(events.get(2).id());
        assertThat(parked()).isEmpty();
        assertThat(await(admin.discard(events.get(0).id()))).isFalse();
        assertThat(await(admin.retry(UUID.randomUUID()))).isZero();
    }

    @Test
    void pausedTopicHasNoLanesUntilItIsResumed() throws Exception {
        await(pool.withTransaction(tx -> outbox.append(tx, order("1"))));

        await(admin.pause("orders"));
        assertThat(lanes()).isEmpty();
        assertThat(await(admin.pausedTopics())).containsExactly("orders");

        await(admin.resume("orders"));
        assertThat(lanes()).hasSize(1);
    }

    @Test
    void backlogCountsWhatWaits() throws Exception {
        await(pool.withTransaction(tx -> outbox.append(tx, List.of(order("1"), order("2"), order("3")))));
        Lane lane = laneOf("2");
        long second = pending().get(1).seq();
        await(pool.withTransaction(tx -> store.park(tx, LaneGroup.of(lane), List.of(second), "bad")));

        Backlog backlog = await(admin.backlog());

        assertThat(backlog.pending()).isEqualTo(2);
        assertThat(backlog.parked()).isEqualTo(1);
        assertThat(backlog.oldestAge()).isPositive();
    }

    @Test
    void pagesOfPendingEventsFollowEachOther() throws Exception {
        List<OutboxEvent> events =
                IntStream.range(0, 5).mapToObj(i -> order("s" + i)).toList();
        await(pool.withTransaction(tx -> outbox.append(tx, events)));

        List<ListedEvent> first = await(admin.pending("orders", null, null, 3));
        List<ListedEvent> second =
                await(admin.pending("orders", null, first.get(2).seq(), 3));

        assertThat(first).extracting(ListedEvent::id).containsExactlyElementsOf(ids(events.subList(0, 3)));
        assertThat(second).extracting(ListedEvent::id).containsExactlyElementsOf(ids(events.subList(3, 5)));
        assertThat(await(admin.pending(null, "s3", null, 10))).hasSize(1);
        assertThat(await(admin.pending("others", null, null, 10))).isEmpty();
    }

    @Test
    void writerMayAddEventsAndNothingElse() throws Exception {
        await(writer.query("SET ROLE outbox_writer").execute());

        await(writer.query(PLAIN_INSERT).execute());
        assertThat(pending()).hasSize(1);
        assertThatThrownBy(
                        () -> await(writer.query("SELECT * FROM outbox.event").execute()))
                .isInstanceOfSatisfying(
                        PgException.class,
                        refused -> assertThat(refused.getSqlState()).isEqualTo("42501"));
    }

    private static OutboxEvent order(String subject) {
        return OutboxEvent.of("orders", subject, "order.placed", new JsonObject().put("n", 1));
    }

    private static List<UUID> ids(List<OutboxEvent> events) {
        return events.stream().map(OutboxEvent::id).toList();
    }

    private List<ListedEvent> pending() {
        return await(admin.pending(null, null, null, 1000));
    }

    private List<ListedEvent> parked() {
        return await(admin.parked(null, null, null, 1000));
    }

    private long seqOf(OutboxEvent event) {
        return pending().stream()
                .filter(pending -> pending.id().equals(event.id()))
                .findFirst()
                .orElseThrow()
                .seq();
    }

    private List<ClaimedEvent> claim(Lane lane, int maxEvents, long maxBytes) {
        return claim(new Claim(LaneGroup.of(lane), Floors.NONE, Set.of(), maxEvents, maxBytes));
    }

    private List<ClaimedEvent> claim(Claim claim) {
        return await(
                pool.withTransaction(tx -> store.tryLock(tx, claim.lanes()).compose(locked -> store.claim(tx, claim))));
    }

    private void fill(int events) {
        await(pool.query("INSERT INTO outbox.event (topic, subject, type, data)"
                        + " SELECT 'orders', n::text, 'order.placed', '{\"text\": \"some hundred bytes, and some\"}'"
                        + " FROM generate_series(1, " + events + ") n")
                .execute());
    }

    private Floors inThisEpoch(Map<Lane, Long> places) {
        return new Floors(await(pool.withConnection(store::horizon)).epoch(), places);
    }

    private boolean isFree(Lane lane) {
        return !await(pool.withTransaction(tx -> store.tryLock(tx, LaneGroup.of(lane))))
                .isEmpty();
    }

    private List<Lane> lanes() {
        return heads(Floors.NONE).stream()
                .filter(head -> !head.paused())
                .map(LaneHead::lane)
                .toList();
    }

    private List<LaneHead> heads(Floors floors) {
        return await(pool.withConnection(connection -> store.lanes(connection, floors, Map.of())));
    }

    private Lane onlyLane() {
        List<Lane> lanes = lanes();
        assertThat(lanes).hasSize(1);
        return lanes.get(0);
    }

    private Lane laneOf(String subject) {
        ListedEvent event = await(admin.pending(null, subject, null, 1)).get(0);
        return new Lane(event.topic(), event.bucket());
    }

    private PgNotification nextRing() throws InterruptedException {
        PgNotification ring = rings.poll(5, SECONDS);
        assertThat(ring).as("a notification within 5 s").isNotNull();
        return Objects.requireNonNull(ring);
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(5, SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("not completed within 5 s", late);
        }
    }
}
