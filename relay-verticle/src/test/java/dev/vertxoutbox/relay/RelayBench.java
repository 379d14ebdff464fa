package dev.vertxoutbox.relay;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.outbox.Outbox;
import dev.vertxoutbox.outbox.OutboxAdmin;
import dev.vertxoutbox.outbox.OutboxEvent;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/**
 * What each scenario needs: a business table whose rows announce their changes, relays, and a queue that does as it is
 * told. It knows how the queue must look when all is done: each subject's events, taken once each, are 1 to n in order.
 */
final class RelayBench {

    /** So long that a test which needs the poll fails. */
    static final Duration NO_POLL = Duration.ofHours(1);

    /** For what must happen, on a slow machine too. */
    static final Duration SOON = Duration.ofSeconds(30);

    static final String TOPIC = "orders";

    private static final long PATIENCE_SECONDS = 30;

    final StubSqs queue;
    final Pool pool;
    final OutboxAdmin admin;
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    OpenTelemetry openTelemetry = OpenTelemetry.noop();
    private final Vertx vertx;
    private final TestDatabase db;
    private final Outbox outbox;

    RelayBench(Vertx vertx, TestDatabase db) throws Exception {
        this.vertx = vertx;
        this.db = db;
        queue = new StubSqs(vertx);
        pool = db.pool(vertx);
        admin = new OutboxAdmin(pool);
        outbox = new Outbox(pool);
        sql("CREATE TABLE IF NOT EXISTS booking (id text PRIMARY KEY, version int NOT NULL DEFAULT 0)");
        sql("TRUNCATE booking, outbox.event, outbox.parked_event, outbox.paused_topic");
    }

    RelayVerticle startRelay(Duration pollInterval) {
        RelayConfig config = RelayConfig.of(db.connectOptions(), Map.of(TOPIC, queue.url("orders.fifo")))
                .withPollInterval(pollInterval);
        RelayVerticle relay = new RelayVerticle(config, queue.client(), metrics, openTelemetry);
        get(vertx.deployVerticle(relay));
        return relay;
    }

    /** A relay that does not poll, once it listens. */
    RelayVerticle startListeningRelay() {
        RelayVerticle relay = startRelay(NO_POLL);
        await().atMost(SOON).until(() -> relay.status().listening());
        return relay;
    }

    PgConnection connect() {
        return get(PgConnection.connect(vertx, db.connectOptions()));
    }

    RowSet<Row> sql(String sql) {
        return get(pool.query(sql).execute());
    }

    long number(String sql) {
        return sql(sql).iterator().next().getLong(0);
    }

    /** The first column of each row. */
    List<String> texts(String sql) {
        List<String> texts = new ArrayList<>();
        sql(sql).forEach(row -> texts.add(row.getString(0)));
        return texts;
    }

    /** Different subjects of one bucket: their events are in one lane. */
    List<String> subjectsOfOneLane(int count) {
        return texts(
                "SELECT 's' || i FROM generate_series(1, 100000) i WHERE (hashtext('s' || i) & 63) = 7 LIMIT " + count);
    }

    void book(List<String> subjects) {
        get(pool.preparedQuery("INSERT INTO booking (id) SELECT unnest($1::text[])")
                .execute(Tuple.of(subjects.toArray(String[]::new))));
    }

    /** Changes the booking, which locks it, and announces its new version. */
    Future<Void> change(SqlConnection tx, String subject) {
        return tx.preparedQuery("UPDATE booking SET version = version + 1 WHERE id = $1 RETURNING version")
                .execute(Tuple.of(subject))
                .compose(rows ->
                        outbox.append(tx, event(subject, rows.iterator().next().getInteger(0))));
    }

    /** The same with nobody rung for. */
    Future<Void> changeSilently(SqlConnection tx, String subject) {
        return tx.query("SET LOCAL outbox.ring = 'after_commit'")
                .execute()
                .compose(silent ->
                        tx.preparedQuery("""
                        WITH changed AS (UPDATE booking SET version = version + 1 WHERE id = $1 RETURNING id, version)
                        INSERT INTO outbox.event (topic, subject, type, data, sequence)
                        SELECT 'orders', id, 'order.placed', json_build_object('n', version), version FROM changed
                        """).execute(Tuple.of(subject)).mapEmpty());
    }

    void changeAndCommit(String subject) {
        get(pool.withTransaction(tx -> change(tx, subject)));
    }

    void append(List<OutboxEvent> events) {
        get(pool.withTransaction(tx -> outbox.append(tx, events)));
    }

    static OutboxEvent event(String subject, int number) {
        return OutboxEvent.of(TOPIC, subject, "order.placed", new JsonObject().put("n", number))
                .withSequence((long) number);
    }

    void awaitEmptyOutbox() {
        await("empty outbox")
                .atMost(Duration.ofSeconds(60))
                .until(() -> number("SELECT count(*) FROM outbox.event") == 0);
    }

    /** What a consumer sees that takes each event once, whatever was sent again. */
    Map<String, List<Integer>> effects() {
        Map<String, List<Integer>> effects = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (StubSqs.Message message : queue.accepted) {
            if (seen.add(message.deduplicationId())) {
                effects.computeIfAbsent(message.group(), group -> new ArrayList<>())
                        .add(Integer.valueOf(message.body().getString("sequence")));
            }
        }
        return effects;
    }

    /** All that was committed is sent: of each booking the changes 1 to its version, in order, and nothing else. */
    void confirm() {
        awaitEmptyOutbox();
        Map<String, List<Integer>> effects = effects();
        Map<String, List<Integer>> wrong = new HashMap<>();
        for (Row row : sql("SELECT id, version FROM booking")) {
            List<Integer> sent = effects.getOrDefault(row.getString(0), List.of());
            if (!sent.equals(oneTo(row.getInteger(1)))) {
                wrong.put(row.getString(0) + " of version " + row.getInteger(1), sent);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(effects.keySet()).isSubsetOf(texts("SELECT id FROM booking"));
        assertThat(number("SELECT count(*) FROM outbox.parked_event")).isZero();
    }

    static List<Integer> oneTo(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    static <T> T get(Future<T> future) {
        try {
            return future.await(PATIENCE_SECONDS, SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("not completed within " + PATIENCE_SECONDS + " s", late);
        }
    }

    void stopRelays() {
        for (String id : vertx.deploymentIDs()) {
            get(vertx.undeploy(id));
        }
    }

    void close() throws Exception {
        stopRelays();
        queue.close();
    }
}
