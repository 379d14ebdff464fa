package dev.vertxoutbox.relay;

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.vertxoutbox.outbox.OutboxEvent;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Each try to send an event is a span in its row's trace. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class SpansIT {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String WRITER = "b7ad6b7169203331";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + WRITER + "-01";

    private final RelayBench bench;
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Destination.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    SpansIT(Vertx vertx, TestDatabase db) throws Exception {
        bench = new RelayBench(vertx, db);
        bench.openTelemetry = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .build();
    }

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void close() throws Exception {
        logger.detachAppender(lines);
        bench.close();
    }

    @Test
    void eventsOfARequestAreASpanEachAndTheirMessagesKeepTheTraceContextOfTheirRows() {
        bench.startListeningRelay();

        bench.append(List.of(event("a").withTraceparent(TRACEPARENT), event("b")));
        bench.awaitEmptyOutbox();

        SpanData traced = ended("a").get(0);
        assertThat(traced.getKind()).isEqualTo(SpanKind.PRODUCER);
        assertThat(traced.getName()).isEqualTo("send orders.fifo");
        assertThat(traced.getTraceId()).isEqualTo(TRACE);
        assertThat(traced.getParentSpanId()).isEqualTo(WRITER);
        assertThat(traced.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(text(traced, "messaging.system")).isEqualTo("aws_sqs");
        assertThat(text(traced, "messaging.operation.type")).isEqualTo("send");
        assertThat(text(traced, "messaging.destination.name")).isEqualTo("orders.fifo");
        assertThat(text(traced, "messaging.message.id")).matches("[01]");
        assertThat(text(traced, "cloudevents.event_id")).isEqualTo(message("a").deduplicationId());
        assertThat(text(traced, "cloudevents.event_type")).isEqualTo("order.placed");
        assertThat(message("a").body().getString("traceparent")).isEqualTo(TRACEPARENT);

        SpanData first = ended("b").get(0);
        assertThat(first.getParentSpanContext().isValid()).isFalse();
        assertThat(message("b").body().containsKey("traceparent")).isFalse();
    }

    @Test
    void eachTryIsASpanAndThoseThatFailedSayWhy() {
        AtomicInteger tries = new AtomicInteger();
        bench.queue.script = message -> tries.incrementAndGet() == 1 ? StubSqs.Answer.FAIL : StubSqs.Answer.ACCEPT;
        bench.startListeningRelay();

        bench.append(List.of(event("a").withTraceparent(TRACEPARENT)));
        bench.awaitEmptyOutbox();

        List<SpanData> sends = ended("a");
        assertThat(sends).hasSize(2).extracting(SpanData::getParentSpanId).containsOnly(WRITER);
        assertThat(sends)
                .extracting(send -> send.getStatus().getStatusCode())
                .containsExactly(StatusCode.ERROR, StatusCode.UNSET);
        assertThat(sends.get(0).getStatus().getDescription()).contains("InternalError");
        assertThat(text(sends.get(0), "error.type")).isEqualTo("not_accepted");
    }

    @Test
    void requestThatFailsIsAnErrorOfEachOfItsEvents() {
        AtomicInteger requests = new AtomicInteger();
        bench.queue.isDown = url -> requests.incrementAndGet() == 1;
        bench.startRelay(RelayBench.SOON.dividedBy(300));

        bench.append(List.of(event("a").withTraceparent(TRACEPARENT), event("b").withTraceparent(TRACEPARENT)));
        bench.awaitEmptyOutbox();

        assertThat(ended("a"))
                .extracting(send -> send.getStatus().getStatusCode())
                .containsExactly(StatusCode.ERROR, StatusCode.UNSET);
        assertThat(text(ended("a").get(0), "error.type")).endsWith("SqsException");
        assertThat(ended("b").get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }

    @Test
    void parkedEventIsFoundInTheLogByItsTraceAndItsId() {
        bench.queue.script = message -> StubSqs.Answer.SENDER_FAULT;
        bench.startListeningRelay();
        OutboxEvent event = event("a").withTraceparent(TRACEPARENT);

        bench.append(List.of(event));

        await().atMost(RelayBench.SOON).until(() -> bench.number("SELECT count(*) FROM outbox.parked_event") == 1);
        assertThat(ended("a").get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(text(ended("a").get(0), "error.type")).isEqualTo("rejected");
        assertThat(lines.list)
                .filteredOn(line -> line.getMessage().startsWith("Parking an event"))
                .extracting(SpansIT::keyValues)
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .containsEntry("traceId", TRACE)
                        .containsEntry("spanId", WRITER)
                        .containsEntry("eventId", event.id().toString())
                        .containsEntry("subject", "a"));
    }

    private static OutboxEvent event(String subject) {
        return OutboxEvent.of(RelayBench.TOPIC, subject, "order.placed", new JsonObject().put("n", 1));
    }

    private StubSqs.Message message(String group) {
        return bench.queue.accepted.stream()
                .filter(message -> message.group().equals(group))
                .findFirst()
                .orElseThrow();
    }

    private List<SpanData> ended(String subject) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> text(span, "cloudevents.event_subject").equals(subject))
                .toList();
    }

    private static String text(SpanData span, String attribute) {
        return String.valueOf(span.getAttributes().get(stringKey(attribute)));
    }

    private static Map<String, String> keyValues(ILoggingEvent line) {
        return line.getKeyValuePairs().stream()
                .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
    }
}
