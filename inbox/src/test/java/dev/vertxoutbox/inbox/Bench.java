package dev.vertxoutbox.inbox;

import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * What each test of the engine needs: a queue of its own, a table whose rows are the effects, and inboxes that use them
 * with no more rights than their role has.
 */
final class Bench implements AutoCloseable {
    static final String TYPE = "order.placed";

    private static final AtomicInteger QUEUES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final Sandbox sandbox;
    final Pool admin;
    final SqsAsyncClient sqs;
    final String queueUrl;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** What inboxes started from now on use. */
    Pool pool;

    /** How long a shared transaction of inboxes started from now on may take; null as in production. */
    @Nullable
    Duration sharedLimit;

    OpenTelemetry openTelemetry = OpenTelemetry.noop();

    private final Vertx vertx;
    private final List<Inbox> inboxes = new ArrayList<>();

    Bench(Vertx vertx, TestDatabase db, Sandbox sandbox) {
        this.vertx = vertx;
        this.sandbox = sandbox;
        this.admin = db.pool(vertx);
        this.sqs = sandbox.queues().client();
        this.queueUrl = sandbox.queues().createFifo("inbox-" + QUEUES.incrementAndGet());
        PgConnectOptions options = db.connectOptions().addProperty("role", "inbox_consumer");
        this.pool = db.pool(vertx, options, new PoolOptions().setMaxSize(4).setConnectionTimeout(2));
        sql("CREATE TABLE IF NOT EXISTS effect (position bigserial, event_id uuid, subject text, sequence bigint)");
        sql("GRANT INSERT, SELECT ON effect TO inbox_consumer; GRANT USAGE ON SEQUENCE effect_position_seq"
                + " TO inbox_consumer");
        sql("TRUNCATE effect; TRUNCATE inbox.processed, inbox.position");
    }

    InboxConfig config() {
        return InboxConfig.of("bench", queueUrl).withLongPoll(Duration.ofSeconds(1));
    }

    /** Starts an inbox; it is stopped with the bench. */
    Inbox start(InboxConfig config, SqsAsyncClient client, EventHandler handler) {
        return start(config, client, Map.of(TYPE, handler));
    }

    Inbox start(InboxConfig config, SqsAsyncClient client, Map<String, EventHandler> handlers) {
        Duration limit = sharedLimit == null ? SharedTransactions.limit(config.handlerTimeout()) : sharedLimit;
        Inbox inbox = new Inbox(vertx, pool, client, config, handlers, meters, openTelemetry, limit);
        inboxes.add(inbox);
        done(inbox.start());
        return inbox;
    }

    Inbox start(InboxConfig config, EventHandler handler) {
        return start(config, sqs, handler);
    }

    Inbox start(EventHandler handler) {
        return start(config(), handler);
    }

    /** The effect of all tests: a row. */
    static Future<Void> record(SqlConnection tx, InboxEvent event) {
        return tx.preparedQuery("INSERT INTO effect (event_id, subject, sequence) VALUES ($1, $2, $3)")
                .execute(Tuple.of(event.id(), event.subject(), event.sequence()))
                .mapEmpty();
    }

    static EventHandler recording() {
        return EventHandler.transactional(Bench::record);
    }

    /** Sends an event that was not sent before. */
    UUID send(String subject) {
        return send(subject, UUID.randomUUID(), TYPE);
    }

    /** Sends an event, perhaps once more: each message is another one to SQS. */
    UUID send(String subject, UUID eventId, String type) {
        return send(subject, eventId, type, null);
    }

    /** Sends a numbered event that was not sent before. */
    UUID send(String subject, long sequence) {
        return send(subject, UUID.randomUUID(), TYPE, sequence);
    }

    UUID send(String subject, UUID eventId, String type, @Nullable Long sequence) {
        sendBody(subject, envelope(subject, eventId, type, sequence));
        return eventId;
    }

    /** Sends a numbered event in another group than its subject's. */
    UUID sendInGroup(String group, String subject, long sequence) {
        UUID eventId = UUID.randomUUID();
        sendBody(group, envelope(subject, eventId, TYPE, sequence));
        return eventId;
    }

    /** Sends an event with a payload. */
    void sendData(UUID eventId, JsonObject data) {
        JsonObject envelope = new JsonObject(envelope("a", eventId, TYPE, null));
        sendBody("a", envelope.put("data", data).encode());
    }

    static String envelope(String subject, UUID eventId, String type, @Nullable Long sequence) {
        JsonObject envelope = new JsonObject()
                .put("specversion", "1.0")
                .put("id", eventId.toString())
                .put("source", "/test")
                .put("type", type)
                .put("subject", subject)
                .put("time", Instant.now().toString())
                .put("data", new JsonObject());
        if (sequence != null) {
            envelope.put("sequence", sequence.toString());
        }
        return envelope.encode();
    }

    void sendBody(String group, String body) {
        sqs.sendMessage(message -> message.queueUrl(queueUrl)
                        .messageBody(body)
                        .messageGroupId(group)
                        .messageDeduplicationId(UUID.randomUUID().toString()))
                .join();
    }

    /** The events that took effect, in the order in which they did. */
    List<UUID> effects() {
        return rows("SELECT event_id FROM effect ORDER BY position");
    }

    /** The same for one subject. */
    List<UUID> effects(String subject) {
        return rows("SELECT event_id FROM effect WHERE subject = '" + subject + "' ORDER BY position");
    }

    private List<UUID> rows(String query) {
        List<UUID> found = new ArrayList<>();
        done(admin.query(query).execute()).forEach(row -> found.add(row.getUUID(0)));
        return found;
    }

    void sql(String statement) {
        done(admin.query(statement).execute());
    }

    long number(String query) {
        return done(admin.query(query).execute()).iterator().next().getLong(0);
    }

    double count(String counter) {
        return meters.get(counter).counter().count();
    }

    /** Messages waiting plus messages held by a consumer, as of one moment. */
    int depth() {
        return sqs
                .getQueueAttributes(request -> request.queueUrl(queueUrl).attributeNames(QueueAttributeName.ALL))
                .join()
                .attributes()
                .entrySet()
                .stream()
                .filter(attribute -> attribute.getKey().toString().startsWith("ApproximateNumberOfMessages"))
                .mapToInt(attribute -> Integer.parseInt(attribute.getValue()))
                .sum();
    }

    static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).untilAsserted(assertion);
    }

    static <T> T done(Future<T> future) {
        try {
            return future.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("Not done within " + PATIENCE, e);
        }
    }

    static @Nullable Throwable failureOf(Future<?> future) {
        return done(future.transform(result -> Future.<@Nullable Throwable>succeededFuture(result.cause())));
    }

    @Override
    public void close() {
        sandbox.queues().queueUp();
        sandbox.postgres().start();
        done(Future.join(inboxes.stream().map(Inbox::stop).toList()));
        sandbox.queues().delete(queueUrl);
    }
}
