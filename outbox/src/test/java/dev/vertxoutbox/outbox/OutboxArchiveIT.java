package dev.vertxoutbox.outbox;

import static java.util.concurrent.TimeUnit.SECONDS;
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
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class OutboxArchiveIT {

    private static final int DAYS = 30;

    private static final String COPY = """
            INSERT INTO outbox.archive (seq, id, topic, subject, type, data, time, sent_at)
            VALUES ($1, gen_random_uuid(), 'orders', $2, 'order.placed', '{}', $3, $3)
            """;

    private final OutboxStore store = new OutboxStore(true);
    private final Vertx vertx;
    private final TestDatabase db;
    private final Pool pool;
    private final Outbox outbox;
    private final OutboxAdmin admin;
    private final OutboxArchive archive;

    OutboxArchiveIT(Vertx vertx, TestDatabase db) {
        this.vertx = vertx;
        this.db = db;
        pool = db.pool(vertx);
        outbox = new Outbox(pool);
        admin = new OutboxAdmin(pool);
        archive = new OutboxArchive(pool);
    }

    @AfterEach
    void cleanUp() {
        partitions()
                .forEach(partition ->
                        await(pool.query("DROP TABLE outbox." + partition).execute()));
        await(pool.query("TRUNCATE outbox.event, outbox.archive, outbox.parked_event")
                .execute());
    }

    @Test
    void sentEventIsInTheArchiveAsItWas() {
        OutboxEvent event = order("a")
                .withSource("/shop")
                .withSequence(7L)
                .withTraceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        append(List.of(event));
        String before = content("outbox.event");

        send(store);

        assertThat(content("outbox.archive"))
                .isEqualTo(before)
                .contains(event.id().toString(), "/shop");
        assertThat(pendingIds()).isEmpty();
    }

    @Test
    void withoutArchivingASentEventIsGone() {
        append(List.of(order("a")));

        send(new OutboxStore());

        assertThat(pendingIds()).isEmpty();
        assertThat(await(archive.isEmpty())).isTrue();
    }

    @Test
    void rolledBackDrainArchivesNothing() {
        append(List.of(order("a")));
        Lane lane = onlyLane();

        assertThatThrownBy(() -> await(pool.withTransaction(tx -> delete(store, tx, lane)
                        .compose(deleted -> Future.failedFuture(new IllegalStateException("the drain failed"))))))
                .hasMessage("the drain failed");

        assertThat(pendingIds()).hasSize(1);
        assertThat(await(archive.isEmpty())).isTrue();
    }

    @Test
    void daysAreMadeAheadAndTakeWhatWasSentBeforeThem() {
        append(List.of(order("a"), order("b")));
        send(store);
        assertThat(rows("outbox.archive_default")).isEqualTo(2);

        keep();

        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        assertThat(partitions())
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 7)
                        .mapToObj(ahead -> partition(today.plusDays(ahead)))
                        .toList());
        assertThat(rows("outbox.archive_default")).isZero();
        assertThat(rows("outbox." + partition(today))).isEqualTo(2);
        append(List.of(order("c")));
        send(store);
        assertThat(rows("outbox." + partition(today))).isEqualTo(3);
    }

    @Test
    void daysThatAreTooOldAreRemovedAndNoOthers() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        addPartition(today.minusDays(DAYS + 1));
        addPartition(today.minusDays(DAYS));
        archived("old", 1, midnight(today).minusDays(DAYS + 2));
        archived("old", 2, midnight(today).minusDays(DAYS + 1));
        archived("kept", 3, midnight(today).minusDays(DAYS));
        archived("kept", 4, midnight(today).minusDays(1));

        keep();

        assertThat(partitions())
                .contains(partition(today.minusDays(DAYS)))
                .doesNotContain(partition(today.minusDays(DAYS + 1)));
        assertThat(archivedSubjects()).containsExactly("kept", "kept");
    }

    @Test
    void keepingGivesUpSoonWhenTheArchiveIsInUseAndLeavesItAsItWas() throws Exception {
        PgConnection dump = PgConnection.connect(vertx, db.connectOptions()).await(5, SECONDS);
        Transaction transaction = await(dump.begin());
        await(dump.query("LOCK TABLE outbox.archive IN ROW EXCLUSIVE MODE").execute());

        assertThatThrownBy(() -> await(archive.keep(DAYS))).satisfies(hasState("55P03"));
        assertThat(partitions()).isEmpty();

        await(transaction.rollback());
        keep();
        assertThat(partitions()).hasSize(8);
        await(dump.close());
    }

    @Test
    void relaysDoNotKeepTheArchiveAtTheSameTime() throws Exception {
        PgConnection other = PgConnection.connect(vertx, db.connectOptions()).await(5, SECONDS);
        await(other.begin());
        await(other.query("SELECT outbox.keep_archive(30)").execute());

        assertThat(await(archive.keep(DAYS))).as("nothing is left to do").isTrue();
        assertThat(partitions()).isEmpty();
        await(other.close());
    }

    @Test
    void keepingForNoDaysIsRefused() {
        assertThatThrownBy(() -> await(archive.keep(0))).satisfies(hasState("22023"));
    }

    @Test
    void replayedEventsComeBackInOrderBehindWhatWaitsUnderTheirIds() {
        List<OutboxEvent> events = List.of(order("b"), order("a"), order("b"), order("a"));
        append(events);
        String before = content("outbox.event");
        send(store);
        OutboxEvent waiting = order("a");
        append(List.of(waiting));

        Replay.Result result = await(archive.replay(Replay.of("orders")));

        assertThat(result).isEqualTo(new Replay.Result(4, null));
        List<UUID> expected = new ArrayList<>(List.of(waiting.id()));
        expected.addAll(events.stream().map(OutboxEvent::id).toList());
        assertThat(pendingIds()).containsExactlyElementsOf(expected);
        await(pool.preparedQuery("DELETE FROM outbox.event WHERE id = $1").execute(Tuple.of(waiting.id())));
        assertThat(content("outbox.event")).isEqualTo(before);
        assertThat(await(archive.isEmpty())).isTrue();
    }

    @Test
    void replayUnderNewIdsChangesNothingButTheIds() {
        append(List.of(order("a"), order("a")));
        List<UUID> ids = pendingIds();
        String before = content("outbox.event");
        send(store);

        await(archive.replay(Replay.of("orders").withNewIds()));

        assertThat(pendingIds()).hasSize(2).doesNotContainAnyElementsOf(ids);
        assertThat(withoutIds(content("outbox.event"))).isEqualTo(withoutIds(before));
    }

    @Test
    void replayingTwiceDoublesNothing() {
        append(List.of(order("a"), order("b")));
        send(store);

        for (int i = 0; i < 2; i++) {
            assertThat(await(archive.replay(Replay.of("orders").withNewIds())).events())
                    .isEqualTo(2);
            send(store);
        }

        assertThat(rows("outbox.archive")).isEqualTo(2);
    }

    @Test
    void replayIsLimitedToTopicSubjectAndTimes() {
        OffsetDateTime noon = midnight(LocalDate.now(ZoneOffset.UTC)).minusHours(12);
        for (int hour = 0; hour < 6; hour++) {
            archived(hour % 2 == 0 ? "even" : "odd", hour, noon.plusHours(hour));
        }
        assertThat(replayed(Replay.of("others"))).isZero();
        assertThat(replayed(Replay.of("orders").withSubject("none"))).isZero();

        assertThat(replayed(Replay.of("orders").withSubject("even").withTimes(noon.plusHours(2), noon.plusHours(4))))
                .as("the event of 'from' and not that of 'to'")
                .isEqualTo(1);
        assertThat(replayed(Replay.of("orders").withTimes(null, noon.plusHours(4))))
                .isEqualTo(3);
        assertThat(replayed(Replay.of("orders").withTimes(noon.plusHours(5), null)))
                .isEqualTo(1);
        assertThat(archivedSubjects()).containsExactly("even");
    }

    @Test
    void replayGoesOnFromItsCursorAndNeverMeetsItsOwnEvents() {
        List<OutboxEvent> events =
                IntStream.range(0, 25).mapToObj(i -> order("s" + i % 4)).toList();
        append(events);
        send(store);

        List<Integer> calls = new ArrayList<>();
        Replay replay = Replay.of("orders").withLimit(10);
        for (String next = ""; next != null && calls.size() < 10; ) {
            Replay.Result result = await(archive.replay(replay));
            calls.add(result.events());
            send(store);
            next = result.next();
            replay = replay.withCursor(next);
        }

        assertThat(calls).containsExactly(10, 10, 5);
        assertThat(rows("outbox.archive")).isEqualTo(25);
        assertThat(await(archive.replay(Replay.of("orders"))).events())
                .as("a new replay")
                .isEqualTo(25);
    }

    @Test
    void replaysAtTheSameTimeShareTheEvents() {
        append(IntStream.range(0, 1000).mapToObj(i -> order("s" + i % 7)).toList());
        send(store);

        Future<Replay.Result> one = archive.replay(Replay.of("orders"));
        Future<Replay.Result> two = archive.replay(Replay.of("orders"));

        assertThat(await(one).events() + await(two).events()).isEqualTo(1000);
        assertThat(pendingIds()).hasSize(1000).doesNotHaveDuplicates();
    }

    @Test
    void cursorThatIsNoneIsRefused() {
        for (String cursor : List.of("x", "MTIz", "")) {
            assertThatThrownBy(() -> await(archive.replay(Replay.of("orders").withCursor(cursor))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Unknown cursor '" + cursor + "'");
        }
    }

    @Test
    void relayMayMoveEventsAndKeepTheArchiveAndNothingElse() throws Exception {
        append(List.of(order("a")));
        Lane lane = onlyLane();
        PgConnection relay = as("relay_app");

        await(relay.begin().compose(tx -> delete(store, relay, lane).compose(deleted -> tx.commit())));
        await(relay.query("SELECT outbox.keep_archive(30)").execute());

        assertThat(archivedSubjects()).containsExactly("a");
        assertThat(await(new OutboxArchive(poolAs("relay_app")).replay(Replay.of("orders")))
                        .events())
                .isEqualTo(1);
        assertForbidden(relay, "UPDATE outbox.archive SET topic = 'x'");
        assertForbidden(relay, "TRUNCATE outbox.archive");
        assertForbidden(relay, "DROP TABLE outbox.archive_default");
        assertForbidden(relay, "SELECT * FROM outbox.archive_default");
        assertForbidden(relay, "CREATE TABLE outbox.other ()");
        await(relay.close());
    }

    @Test
    void writerMayNeitherReadNorKeepTheArchive() throws Exception {
        PgConnection writer = as("outbox_writer");

        assertForbidden(writer, "SELECT * FROM outbox.archive");
        assertForbidden(writer, "INSERT INTO outbox.archive SELECT * FROM outbox.archive");
        assertForbidden(writer, "SELECT outbox.keep_archive(1)");
        await(writer.close());
    }

    private PgConnection as(String role) throws TimeoutException {
        PgConnection connection =
                PgConnection.connect(vertx, db.connectOptions()).await(5, SECONDS);
        await(connection.query("SET ROLE " + role).execute());
        return connection;
    }

    private Pool poolAs(String role) {
        return db.pool(vertx, db.connectOptions().addProperty("role", role), new PoolOptions().setMaxSize(1));
    }

    private static void assertForbidden(PgConnection connection, String sql) {
        assertThatThrownBy(() -> await(connection.query(sql).execute())).as(sql).satisfies(hasState("42501"));
    }

    private static Consumer<Throwable> hasState(String sqlState) {
        return failure -> assertThat(failure)
                .isInstanceOfSatisfying(
                        PgException.class,
                        refused -> assertThat(refused.getSqlState()).isEqualTo(sqlState));
    }

    private void keep() {
        for (int calls = 0; !await(archive.keep(DAYS)); calls++) {
            assertThat(calls).as("calls until there is nothing left to do").isLessThan(5);
        }
    }

    private void append(List<OutboxEvent> events) {
        await(pool.withTransaction(tx -> outbox.append(tx, events)));
    }

    /** What a relay does, but for the queue. */
    private void send(OutboxStore drained) {
        for (Lane lane : lanes(drained)) {
            await(pool.withTransaction(tx -> delete(drained, tx, lane)));
        }
    }

    private static Future<Void> delete(OutboxStore drained, SqlConnection tx, Lane lane) {
        LaneGroup lanes = LaneGroup.of(lane);
        return drained.tryLock(tx, lanes)
                .compose(locked -> drained.claim(tx, new Claim(lanes, Floors.NONE, Set.of(), 10_000, Long.MAX_VALUE)))
                .compose(events -> drained.delete(
                        tx, lanes, events.stream().map(ClaimedEvent::seq).toList()));
    }

    private List<Lane> lanes(OutboxStore drained) {
        return await(pool.withConnection(connection -> drained.lanes(connection, Floors.NONE, Map.of()))).stream()
                .map(LaneHead::lane)
                .toList();
    }

    private Lane onlyLane() {
        List<Lane> lanes = lanes(store);
        assertThat(lanes).hasSize(1);
        return lanes.get(0);
    }

    private void archived(String subject, long seq, OffsetDateTime time) {
        await(pool.preparedQuery(COPY).execute(Tuple.of(seq, subject, time)));
    }

    private void addPartition(LocalDate day) {
        await(pool.query(
                        "CREATE TABLE outbox.%s PARTITION OF outbox.archive FOR VALUES FROM ('%s 00:00Z') TO ('%s 00:00Z')"
                                .formatted(partition(day), day, day.plusDays(1)))
                .execute());
    }

    private static String partition(LocalDate day) {
        return "archive_" + day.format(DateTimeFormatter.BASIC_ISO_DATE).substring(0, 8);
    }

    private static OffsetDateTime midnight(LocalDate day) {
        return day.atStartOfDay().atOffset(ZoneOffset.UTC);
    }

    private int replayed(Replay replay) {
        return await(archive.replay(replay)).events();
    }

    private List<UUID> pendingIds() {
        return await(admin.pending(null, null, null, 10_000)).stream()
                .map(ListedEvent::id)
                .toList();
    }

    /** All rows but for their places. */
    private String content(String table) {
        return await(pool.query(
                                "SELECT coalesce(string_agg(concat_ws('|', id, topic, subject, type, data::text, source,"
                                        + " time, sequence, traceparent), E'\\n' ORDER BY seq), '') FROM " + table)
                        .execute())
                .iterator()
                .next()
                .getString(0);
    }

    private static String withoutIds(String content) {
        return content.replaceAll("(?m)^[0-9a-f-]{36}", "");
    }

    private List<String> archivedSubjects() {
        return strings("SELECT subject FROM outbox.archive ORDER BY seq");
    }

    private List<String> partitions() {
        return strings("SELECT relname::text FROM pg_class WHERE relnamespace = 'outbox'::regnamespace"
                + " AND relname ~ '^archive_[0-9]+$' AND relkind = 'r' ORDER BY relname");
    }

    private List<String> strings(String sql) {
        List<String> strings = new ArrayList<>();
        for (Row row : await(pool.query(sql).execute())) {
            strings.add(row.getString(0));
        }
        return strings;
    }

    private long rows(String table) {
        return await(pool.query("SELECT count(*) FROM " + table).execute())
                .iterator()
                .next()
                .getLong(0);
    }

    private static OutboxEvent order(String subject) {
        return OutboxEvent.of("orders", subject, "order.placed", new JsonObject().put("n", 1));
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(10, SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("not completed within 10 s", late);
        }
    }
}
