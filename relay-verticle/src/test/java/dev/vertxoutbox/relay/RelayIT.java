package dev.vertxoutbox.relay;

import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.outbox.Backlog;
import dev.vertxoutbox.outbox.ListedEvent;
import dev.vertxoutbox.outbox.Outbox;
import dev.vertxoutbox.outbox.OutboxAdmin;
import dev.vertxoutbox.outbox.OutboxEvent;
import dev.vertxoutbox.relay.StubSqs.Answer;
import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class RelayIT {

    /** So long that a test which needs the poll fails. */
    private static final Duration NO_POLL = Duration.ofHours(1);

    private static final Duration FAST_POLL = Duration.ofMillis(100);

    private static final Validator CLOUD_EVENT = Validator.create(
            JsonSchema.of(new JsonObject(resource("openapi/events/cloudevent.json"))),
            new JsonSchemaOptions()
                    .setDraft(Draft.DRAFT202012)
                    .setBaseUri("app://events/")
                    .setOutputFormat(OutputFormat.Basic));

    private final Vertx vertx;
    private final TestDatabase db;
    private final Sandbox sandbox;
    private final StubSqs queue;
    private final Pool pool;
    private final Outbox outbox;
    private final OutboxAdmin admin;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    RelayIT(Vertx vertx, TestDatabase db, Sandbox sandbox) throws Exception {
        this.vertx = vertx;
        this.db = db;
        this.sandbox = sandbox;
        queue = new StubSqs(vertx);
        pool = db.pool(vertx);
        outbox = new Outbox(pool);
        admin = new OutboxAdmin(pool);
    }

    @BeforeEach
    void empty() {
        get(pool.query("TRUNCATE outbox.event, outbox.parked_event, outbox.paused_topic")
                .execute());
    }

    /** Whatever a test has sent must be as the contract says. */
    @AfterEach
    void everyMessageIsACloudEvent() {
        assertThat(queue.accepted)
                .allSatisfy(message -> assertThat(
                                CLOUD_EVENT.validate(message.body()).getErrors())
                        .as("violations of cloudevent.json")
                        .isNull());
    }

    @AfterEach
    void close() throws Exception {
        undeployAll();
        queue.close();
    }

    @Test
    void eventsOfASubjectArriveInOrderFromThreeRelays() {
        for (int i = 0; i < 3; i++) {
            startRelay(FAST_POLL);
        }
        for (int n = 1; n <= 20; n++) {
            int number = n;
            append(IntStream.range(0, 50).mapToObj(s -> order("s" + s, number)).toList());
        }

        awaitEmptyOutbox();

        for (int s = 0; s < 50; s++) {
            assertThat(firstDeliveries("s" + s))
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 20).boxed().toList());
        }
    }

    @Test
    void plainInsertIsDeliveredWithoutAPoll() {
        startListeningRelay();

        insertPlainly("orders", "a", "{\"n\": 1}");

        await().untilAsserted(() -> assertThat(queue.groups()).containsExactly("a"));
    }

    @Test
    void appendedEventIsDeliveredWithoutAPoll() {
        startListeningRelay();

        append(List.of(order("a", 1)));

        await().untilAsserted(() -> assertThat(queue.groups()).containsExactly("a"));
    }

    @Test
    void eventWithALostNotificationIsFoundByThePoll() {
        startRelay(FAST_POLL);
        get(pool.withTransaction(tx -> tx.query("SET LOCAL outbox.ring = 'after_commit'")
                .execute()
                .compose(silent -> tx.query("INSERT INTO outbox.event (topic, subject, type, data)"
                                + " VALUES ('orders', 'a', 'order.placed', '{\"n\": 1}')")
                        .execute())));

        await().untilAsserted(() -> assertThat(queue.groups()).containsExactly("a"));
    }

    @Test
    void lostListenerComesBackAndFindsWhatWasRungMeanwhile() {
        RelayVerticle relay = startListeningRelay();

        assertThat(sandbox.postgres().killBackendsNamed("outbox-relay-listener"))
                .isPositive();
        insertPlainly("orders", "a", "{\"n\": 1}");

        await().untilAsserted(() -> assertThat(queue.groups()).containsExactly("a"));
        await().until(() -> relay.status().listening());
    }

    @Test
    void relayOutlivesTheLossOfAllItsConnections() {
        startRelay(FAST_POLL);
        append(List.of(order("a", 1)));
        await().until(() -> queue.groups().contains("a"));

        db.killBackends();
        await().ignoreExceptions().until(() -> {
            append(List.of(order("b", 1)));
            return true;
        });

        await().until(() -> queue.groups().contains("b"));
    }

    @Test
    void onlyAcceptedEntriesOfAPartlyFailedBatchLeaveTheOutbox() {
        Set<String> failedOnce = ConcurrentHashMap.newKeySet();
        queue.script = message -> switch (message.group()) {
            case "fails-once" -> failedOnce.add("f") ? Answer.FAIL : Answer.ACCEPT;
            case "forgotten-once" -> failedOnce.add("s") ? Answer.SILENCE : Answer.ACCEPT;
            case "poison" -> Answer.SENDER_FAULT;
            default -> Answer.ACCEPT;
        };
        append(List.of(
                order("fine", 1),
                order("fails-once", 1),
                order("poison", 1),
                order("forgotten-once", 1),
                order("fails-once", 2),
                order("poison", 2),
                order("forgotten-once", 2),
                order("fine", 2)));
        startRelay(FAST_POLL);

        awaitEmptyOutbox();

        assertThat(queue.numbersOf("fine")).containsExactly(1, 2);
        assertThat(queue.numbersOf("fails-once")).containsExactly(1, 2);
        assertThat(queue.numbersOf("forgotten-once")).containsExactly(1, 2);
        assertThat(queue.numbersOf("poison")).isEmpty();
        List<ListedEvent> parked = get(admin.parked(null, null, null, 10));
        assertThat(parked).extracting(ListedEvent::subject).containsExactly("poison", "poison");
        assertThat(parked.get(0).reason()).contains("InvalidMessageContents");

        queue.script = message -> Answer.ACCEPT;
        append(List.of(order("poison", 3)));
        get(admin.retry(parked.get(0).id()));
        awaitEmptyOutbox();
        assertThat(queue.numbersOf("poison")).containsExactly(1, 2, 3);
        assertThat(get(admin.parked(null, null, null, 10))).isEmpty();
    }

    @Test
    void outageParksNothingAndEverythingIsDeliveredAfterIt() {
        queue.isDown = queueUrl -> true;
        startRelay(FAST_POLL);
        append(IntStream.range(0, 30).mapToObj(s -> order("s" + s, 1)).toList());
        append(IntStream.range(0, 30).mapToObj(s -> order("s" + s, 2)).toList());
        await().until(() -> counter("outbox.relay.failed") > 20);
        assertThat(get(admin.backlog()))
                .extracting(Backlog::pending, Backlog::parked)
                .containsExactly(60L, 0L);

        queue.isDown = queueUrl -> false;

        awaitEmptyOutbox();
        for (int s = 0; s < 30; s++) {
            assertThat(queue.numbersOf("s" + s)).containsExactly(1, 2);
        }
    }

    @Test
    void queueThatIsDownDoesNotStopAnotherTopic() {
        queue.isDown = queueUrl -> queueUrl.endsWith("invoices.fifo");
        startRelay(Map.of("orders", queue.url("orders.fifo"), "invoices", queue.url("invoices.fifo")), FAST_POLL);
        append(List.of(OutboxEvent.of("invoices", "a", "invoice.sent", new JsonObject())));
        append(List.of(order("a", 1)));

        await().untilAsserted(() -> assertThat(queue.groups()).containsExactly("a"));
        assertThat(get(admin.pending("invoices", null, null, 10))).hasSize(1);
    }

    @Test
    void eventsOfATopicWithoutARouteAreParkedAndRetriedWhenItHasOne() {
        startRelay(FAST_POLL);
        append(List.of(unrouted("a", 1), unrouted("a", 2), unrouted("b", 1), order("c", 1)));
        awaitEmptyOutbox();
        List<ListedEvent> parked = get(admin.parked(null, null, null, 10));
        assertThat(parked).extracting(ListedEvent::subject).containsExactly("a", "a", "b");
        assertThat(parked.get(0).reason()).contains("no route for the topic \"unknown\"");
        assertThat(queue.groups()).containsExactly("c");
        undeployAll();

        startRelay(Map.of("unknown", queue.url("unknown.fifo")), FAST_POLL);
        get(admin.retry(parked.get(0).id()));
        get(admin.retry(parked.get(2).id()));

        awaitEmptyOutbox();
        assertThat(queue.numbersOf("a")).containsExactly(1, 2);
        assertThat(queue.numbersOf("b")).containsExactly(1);
    }

    @Test
    void eventThatKeepsFailingHoldsBackItsSubjectOnly() {
        String other = inTheLaneOf("failing");
        queue.script = message -> message.group().equals("failing") ? Answer.FAIL : Answer.ACCEPT;
        startRelay(FAST_POLL);
        append(IntStream.rangeClosed(1, 600).mapToObj(n -> order("failing", n)).toList());
        for (int n = 1; n <= 3; n++) {
            append(List.of(order(other, n)));
            int delivered = n;
            await().until(() -> queue.numbersOf(other).size() == delivered);
        }
        await().untilAsserted(() -> assertThat(get(admin.backlog()))
                .as("more events than one claim takes wait, none is parked")
                .extracting(Backlog::pending, Backlog::parked)
                .containsExactly(600L, 0L));

        queue.script = message -> Answer.ACCEPT;

        awaitEmptyOutbox();
        assertThat(queue.numbersOf("failing"))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 600).boxed().toList());
    }

    @Test
    void eventThatMakesSqsRefuseTheWholeRequestIsParkedAlone() {
        queue.refused.put("poison", "InvalidMessageContents");
        append(List.of(order("a", 1), order("poison", 1), order("b", 1), order("poison", 2)));
        startRelay(FAST_POLL);

        awaitEmptyOutbox();

        assertThat(queue.groups()).containsExactlyInAnyOrder("a", "b");
        assertThat(get(admin.parked(null, null, null, 10)))
                .extracting(ListedEvent::subject)
                .containsExactly("poison", "poison");
    }

    @Test
    void eventRefusedForAParameterIsTriedAgainAndParksNothing() {
        queue.refused.put("odd", "InvalidParameterValue");
        append(List.of(order("a", 1), order("odd", 1)));
        startRelay(FAST_POLL);
        await().until(() -> queue.groups().contains("a"));

        queue.refused.clear();

        awaitEmptyOutbox();
        assertThat(queue.numbersOf("odd")).containsExactly(1);
        assertThat(get(admin.parked(null, null, null, 10))).isEmpty();
    }

    @Test
    void foreignEventThatSqsCouldNeverTakeIsParkedWithItsReason() {
        startRelay(FAST_POLL);
        insertPlainly("orders", "no group id", "{}");
        insertPlainly("orders", "big", "{\"text\": \"" + "x".repeat(1024 * 1024) + "\"}");
        insertPlainly("orders", "fine", "{}");

        await().untilAsserted(() -> assertThat(get(admin.parked(null, null, null, 10)).stream()
                        .collect(toMap(ListedEvent::subject, event -> String.valueOf(event.reason()))))
                .hasEntrySatisfying("no group id", reason -> assertThat(reason).contains("message group id"))
                .hasEntrySatisfying("big", reason -> assertThat(reason).contains("1048576")));
        await().untilAsserted(() -> assertThat(queue.groups()).containsExactly("fine"));
    }

    @Test
    void largeEventsGoInRequestsThatSqsTakes() {
        String text = "x".repeat(300_000);
        append(IntStream.range(0, 7)
                .mapToObj(i -> OutboxEvent.of("orders", "s" + i, "order.placed", new JsonObject().put("text", text)))
                .toList());
        startRelay(FAST_POLL);

        awaitEmptyOutbox();

        assertThat(queue.accepted).hasSize(7);
        assertThat(queue.requestSizes).allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(3));
    }

    @Test
    void charactersThatSqsRefusesArriveUnchanged() {
        startRelay(FAST_POLL);
        String text = "\uFFFF \uFFFE \u0001 \uD83D\uDE80 \"quoted\"";
        append(List.of(OutboxEvent.of("orders", "a", "order.placed", new JsonObject().put("text", text))));

        await().until(() -> queue.groups().contains("a"));

        assertThat(queue.accepted.get(0).body().getJsonObject("data").getString("text"))
                .isEqualTo(text);
    }

    @Test
    void traceContextIsCarriedAndWhatIsNoneIsLeftOut() {
        String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        startRelay(FAST_POLL);
        append(List.of(order("a", 1).withTraceparent(traceparent)));
        get(pool.query("INSERT INTO outbox.event (topic, subject, type, data, traceparent)"
                        + " VALUES ('orders', 'b', 'x', '{}', 'none')")
                .execute());

        await().until(() -> queue.accepted.size() == 2);

        assertThat(queue.accepted)
                .extracting(message -> message.body().getString("traceparent"))
                .containsExactlyInAnyOrder(traceparent, null);
    }

    @Test
    void pausedTopicKeepsItsPlaceAndGoesOnWhenResumed() {
        startListeningRelay();
        get(admin.pause("orders"));
        append(List.of(order("a", 1), order("a", 2)));
        append(List.of(OutboxEvent.of("others", "b", "x", new JsonObject())));
        await().until(() -> queue.groups().contains("b"));
        assertThat(queue.groups()).containsExactly("b");

        get(admin.resume("orders"));

        await().untilAsserted(() -> assertThat(queue.numbersOf("a")).containsExactly(1, 2));
    }

    @Test
    void stoppedRelayHasFinishedWhatWasInFlight() {
        append(IntStream.range(0, 500).mapToObj(s -> order("s" + s, 1)).toList());
        startRelay(FAST_POLL);
        await().until(() -> !queue.accepted.isEmpty());

        undeployAll();

        assertThat(queue.accepted.size() + get(admin.backlog()).pending()).isEqualTo(500);
    }

    @Test
    void eventsHaveTheirMetrics() {
        startRelay(FAST_POLL);
        append(List.of(order("a", 1), order("b", 1)));
        awaitEmptyOutbox();

        assertThat(counter("outbox.relay.sent")).isEqualTo(2);
        assertThat(metrics.get("outbox.relay.latency")
                        .tag("topic", "orders")
                        .timer()
                        .count())
                .isEqualTo(2);
        await().until(() -> metrics.get("outbox.relay.listener.up").gauge().value() == 1);
    }

    private RelayVerticle startListeningRelay() {
        RelayVerticle relay = startRelay(NO_POLL);
        await().until(() -> relay.status().listening());
        return relay;
    }

    private RelayVerticle startRelay(Duration pollInterval) {
        return startRelay(Map.of("orders", queue.url("orders.fifo"), "others", queue.url("others.fifo")), pollInterval);
    }

    private RelayVerticle startRelay(Map<String, String> routes, Duration pollInterval) {
        RelayConfig config = RelayConfig.of(db.connectOptions(), routes).withPollInterval(pollInterval);
        RelayVerticle relay = new RelayVerticle(config, queue.client(), metrics);
        get(vertx.deployVerticle(relay));
        return relay;
    }

    private void undeployAll() {
        for (String id : vertx.deploymentIDs()) {
            get(vertx.undeploy(id));
        }
    }

    /** Another subject in the same lane. */
    private String inTheLaneOf(String subject) {
        return get(pool.preparedQuery("SELECT n::text FROM generate_series(1, 10000) n"
                                + " WHERE hashtext(n::text) & 63 = hashtext($1) & 63 LIMIT 1")
                        .execute(Tuple.of(subject)))
                .iterator()
                .next()
                .getString(0);
    }

    private void append(List<OutboxEvent> events) {
        get(pool.withTransaction(tx -> outbox.append(tx, events)));
    }

    private void insertPlainly(String topic, String subject, String data) {
        get(pool.preparedQuery(
                        "INSERT INTO outbox.event (topic, subject, type, data) VALUES ($1, $2, 'x', $3::text::json)")
                .execute(Tuple.of(topic, subject, data)));
    }

    private static OutboxEvent order(String subject, int number) {
        return OutboxEvent.of("orders", subject, "order.placed", new JsonObject().put("n", number));
    }

    private static OutboxEvent unrouted(String subject, int number) {
        return OutboxEvent.of("unknown", subject, "order.placed", new JsonObject().put("n", number));
    }

    /** What a consumer sees that takes each event once; also checks that a repeat has the same deduplication id. */
    private List<Integer> firstDeliveries(String group) {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        return queue.accepted.stream()
                .filter(message -> message.group().equals(group) && seen.add(message.deduplicationId()))
                .map(message -> message.body().getJsonObject("data").getInteger("n"))
                .toList();
    }

    private void awaitEmptyOutbox() {
        await().atMost(Duration.ofSeconds(30)).until(() -> get(admin.backlog()).pending() == 0);
    }

    private double counter(String name) {
        return metrics.get(name).tag("topic", "orders").counter().count();
    }

    private static String resource(String name) {
        try (InputStream in = RelayIT.class.getClassLoader().getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.await(10, SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("not completed within 10 s", late);
        }
    }
}
