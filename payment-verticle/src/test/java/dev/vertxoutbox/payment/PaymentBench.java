package dev.vertxoutbox.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.inbox.InboxConfig;
import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** A payment service with a queue of its own and no more rights than its role has; sees what it wrote and sent. */
final class PaymentBench implements AutoCloseable {
    static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static final AtomicInteger QUEUES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration VISIBILITY = Duration.ofSeconds(30);
    static final BigDecimal LIMIT = new BigDecimal(10_000);

    final Vertx vertx;
    final Sandbox sandbox;
    final String queueUrl;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SqsAsyncClient sqs;
    private final PgConnectOptions database;
    private final Pool admin;
    private final Pool books;
    private final List<String> deployments = new ArrayList<>();

    PaymentBench(Vertx vertx, TestDatabase db, Sandbox sandbox) {
        this.vertx = vertx;
        this.sandbox = sandbox;
        this.sqs = sandbox.queues().client();
        this.queueUrl = sandbox.queues().createFifo("payment-" + QUEUES.incrementAndGet());
        this.database = db.connectOptions().addProperty("role", "payment_app");
        this.admin = db.pool(vertx);
        this.books = PgBuilder.pool().connectingTo(database).using(vertx).build();
        sql("TRUNCATE payment.payment, payment.simulated_charge, inbox.processed, outbox.event");
    }

    PaymentVerticle deploy() {
        return deploy(UnaryOperator.identity());
    }

    PaymentVerticle deploy(UnaryOperator<PaymentGateway> between) {
        return deploy(SimulatedGatewayConfig.of(LIMIT), VISIBILITY, between);
    }

    PaymentVerticle deploy(SimulatedGatewayConfig gateway, Duration visibility, UnaryOperator<PaymentGateway> between) {
        PaymentConfig config = PaymentConfig.of(database, queueUrl, gateway);
        InboxConfig quick = config.inbox()
                .withLongPoll(Duration.ofSeconds(1))
                .withMaxBackoff(Duration.ofSeconds(1))
                .withVisibilityTimeout(visibility);
        PaymentVerticle verticle = new PaymentVerticle(
                new PaymentConfig(database, config.poolSize(), quick, gateway), sqs, meters, between);
        deployments.add(done(vertx.deployVerticle(verticle)));
        return verticle;
    }

    /** The gateway itself, as the service's own database user sees its books. */
    PaymentGateway gateway(SimulatedGatewayConfig config) {
        return new SimulatedGateway(vertx, books, () -> config, new SplittableRandom(1));
    }

    /** What a process of its own needs to reach the database and the queues. */
    Map<String, String> environment(TestDatabase db) {
        Map<String, String> environment = new HashMap<>(db.environment());
        environment.putAll(sandbox.queues().environment());
        environment.put("CONSUMER_WAIT_SECONDS", "1");
        return environment;
    }

    void undeploy() {
        done(Future.join(deployments.stream().map(vertx::undeploy).toList()));
        deployments.clear();
    }

    /** What a process leaves that dies between the gateway's answer, and its commit. */
    void abandonedPayment(UUID bookingId, UUID chargeKey) {
        sql("INSERT INTO payment.payment (id, booking_id, charge_key, status, amount, currency)"
                + " VALUES ('%s', '%s', '%s', '%s', 100, 'EUR')"
                        .formatted(UUID.randomUUID(), bookingId, chargeKey, "PENDING"));
        sql("INSERT INTO payment.simulated_charge (idempotency_key, booking_id, kind, amount, currency)"
                + " VALUES ('%s', '%s', 'charge', 100, 'EUR')".formatted(chargeKey, bookingId));
    }

    UUID sendBooked(UUID bookingId, @Nullable JsonObject fare) {
        return send(UUID.randomUUID(), bookingId, bookedData(bookingId, fare), "flight.booked");
    }

    static JsonObject bookedData(UUID bookingId, @Nullable JsonObject fare) {
        JsonObject data = new JsonObject()
                .put("bookingId", bookingId.toString())
                .put("departureAirport", "VIE")
                .put("arrivalAirport", "LHR")
                .put("departureDateTime", "2030-01-01T10:00:00Z")
                .put("arrivalDateTime", "2030-01-01T12:00:00Z");
        return fare == null ? data : data.put("fare", fare);
    }

    static JsonObject fare(double amount) {
        return new JsonObject().put("amount", amount).put("currency", "EUR");
    }

    UUID sendCancelled(UUID bookingId) {
        return send(
                UUID.randomUUID(),
                bookingId,
                new JsonObject().put("bookingId", bookingId.toString()),
                "flight.cancelled");
    }

    /** Sends an event, perhaps once more: each message is another one to SQS. */
    UUID send(UUID eventId, UUID bookingId, JsonObject data, String type) {
        JsonObject envelope = new JsonObject()
                .put("specversion", "1.0")
                .put("id", eventId.toString())
                .put("source", "/flight")
                .put("type", type)
                .put("subject", bookingId.toString())
                .put("time", Instant.now().toString())
                .put("datacontenttype", "application/json")
                .put("sequence", type.equals("flight.booked") ? "1" : "2")
                .put("traceparent", TRACE)
                .put("data", data);
        sqs.sendMessage(message -> message.queueUrl(queueUrl)
                        .messageBody(envelope.encode())
                        .messageGroupId(bookingId.toString())
                        .messageDeduplicationId(UUID.randomUUID().toString()))
                .join();
        return eventId;
    }

    /** Waits until every message is processed or dead. */
    void settle() {
        settle(PATIENCE);
    }

    /** The same for messages that may take longer. */
    void settle(Duration patience) {
        eventually(patience, () -> assertThat(depth()).isZero());
    }

    private int depth() {
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

    List<String> statuses(UUID bookingId) {
        return texts("SELECT status FROM payment.payment WHERE booking_id = '" + bookingId + "'");
    }

    /** What the gateway did for a booking, in order: kind and amount. */
    List<String> books(UUID bookingId) {
        return texts("SELECT kind || ' ' || amount FROM payment.simulated_charge WHERE booking_id = '" + bookingId
                + "' ORDER BY created_at, kind");
    }

    /** What a booking's payment announced, in order, as the relay would send it; each is checked against its schema. */
    List<JsonObject> announced(UUID bookingId) {
        List<JsonObject> events = new ArrayList<>();
        done(admin.query("SELECT * FROM outbox.event WHERE subject = '" + bookingId + "' ORDER BY seq")
                        .execute())
                .forEach(row -> events.add(envelope(row)));
        assertThat(events)
                .allSatisfy(event -> assertThat(EventContract.validate(event).getErrors())
                        .as(event.encode())
                        .isNull());
        return events;
    }

    List<String> announcedTypes(UUID bookingId) {
        return announced(bookingId).stream()
                .map(event -> event.getString("type"))
                .toList();
    }

    private static JsonObject envelope(Row row) {
        assertThat(row.getString("topic")).isEqualTo("payment");
        return new JsonObject()
                .put("specversion", "1.0")
                .put("id", row.getUUID("id").toString())
                .put("source", row.getString("source"))
                .put("type", row.getString("type"))
                .put("subject", row.getString("subject"))
                .put("time", row.getOffsetDateTime("time").toInstant().toString())
                .put("datacontenttype", "application/json")
                .put("sequence", row.getLong("sequence").toString())
                .put("traceparent", row.getString("traceparent"))
                .put("data", row.getValue("data"));
    }

    void sql(String statement) {
        done(execute(statement));
    }

    /** The same for use on an event loop. */
    Future<Void> execute(String statement) {
        return admin.query(statement).execute().mapEmpty();
    }

    List<String> texts(String query) {
        List<String> found = new ArrayList<>();
        done(admin.query(query).execute()).forEach(row -> found.add(row.getString(0)));
        return found;
    }

    double count(String counter) {
        return meters.get(counter).counter().count();
    }

    double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    static void eventually(ThrowingRunnable assertion) {
        eventually(PATIENCE, assertion);
    }

    private static void eventually(Duration patience, ThrowingRunnable assertion) {
        await().atMost(patience).pollInterval(Duration.ofMillis(20)).untilAsserted(assertion);
    }

    static <T> T done(Future<T> future) {
        try {
            return future.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("Not done within " + PATIENCE, e);
        }
    }

    @Override
    public void close() {
        sandbox.postgres().start();
        undeploy();
        done(books.close());
        sandbox.queues().delete(queueUrl);
    }
}
