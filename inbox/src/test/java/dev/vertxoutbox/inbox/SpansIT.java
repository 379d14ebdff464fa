package dev.vertxoutbox.inbox;

import static dev.vertxoutbox.inbox.Bench.eventually;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each try to process a message is a span in its event's trace. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class SpansIT {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SENDER = "b7ad6b7169203331";

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final List<String> handled = new CopyOnWriteArrayList<>();
    private Bench bench;

    @BeforeEach
    void prepare(Vertx vertx, TestDatabase db, Sandbox sandbox) {
        bench = new Bench(vertx, db, sandbox);
        bench.openTelemetry = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .build();
    }

    @AfterEach
    void cleanUp() {
        bench.close();
    }

    @Test
    void handlerIsGivenTheSpanOfItsTryWhoseParentIsTheEventsTraceContext() {
        UUID event = send("a", TRACE, SENDER, "01");

        bench.start(noting());

        SpanData span = ended(1).get(0);
        assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(span.getName()).isEqualTo("process " + queue());
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getParentSpanId()).isEqualTo(SENDER);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(handled).containsExactly("00-" + TRACE + "-" + span.getSpanId() + "-01");
        assertThat(text(span, "cloudevents.event_id")).isEqualTo(event.toString());
        assertThat(text(span, "cloudevents.event_type")).isEqualTo(Bench.TYPE);
        assertThat(text(span, "cloudevents.event_subject")).isEqualTo("a");
        assertThat(text(span, "messaging.system")).isEqualTo("aws_sqs");
        assertThat(text(span, "messaging.operation.type")).isEqualTo("process");
        assertThat(text(span, "messaging.destination.name")).isEqualTo(queue());
        assertThat(text(span, "messaging.message.id")).isNotEmpty();
        assertThat(text(span, "inbox.outcome")).isEqualTo("applied");
    }

    @Test
    void failedTryIsASpanWithAnErrorAndTheNextOneAnother() {
        AtomicBoolean failed = new AtomicBoolean();
        send("a", TRACE, SENDER, "01");

        bench.start(event -> failed.compareAndSet(false, true)
                ? Future.failedFuture(new IllegalStateException("not now"))
                : Future.succeededFuture(Effect.none()));

        List<SpanData> tries = ended(2);
        assertThat(tries).extracting(SpanData::getParentSpanId).containsOnly(SENDER);
        assertThat(tries)
                .extracting(span -> span.getAttributes().get(longKey("inbox.attempt")))
                .containsExactly(1L, 2L);
        SpanData first = tries.get(0);
        assertThat(first.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(first.getStatus().getDescription()).contains("not now");
        assertThat(text(first, "error.type")).isEqualTo(IllegalStateException.class.getName());
        assertThat(text(first, "inbox.outcome")).isEqualTo("failed");
        assertThat(tries.get(1).getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void eventsThatShareATransactionKeepTheirTraces() {
        for (int n = 10; n < 40; n++) {
            send("s" + n, TRACE.substring(2) + n, SENDER, "01");
        }

        bench.start(noting());

        List<SpanData> all = ended(30);
        assertThat(bench.count("inbox.transactions"))
                .as("transactions, some shared")
                .isLessThan(30);
        assertThat(all)
                .allSatisfy(span -> assertThat(span.getTraceId())
                        .isEqualTo(TRACE.substring(2)
                                + text(span, "cloudevents.event_subject").substring(1)));
        assertThat(handled)
                .containsExactlyInAnyOrderElementsOf(all.stream()
                        .map(span -> "00-" + span.getTraceId() + "-" + span.getSpanId() + "-01")
                        .toList());
    }

    @Test
    void repetitionIsASpanThatSaysSo() {
        UUID event = send("a", TRACE, SENDER, "01");
        bench.sendBody("a", envelope("a", event, TRACE, SENDER, "01"));

        bench.start(noting());

        assertThat(ended(2)).extracting(span -> text(span, "inbox.outcome")).containsExactly("applied", "duplicate");
        assertThat(handled).hasSize(1);
    }

    @Test
    void eventWithoutATraceBeginsOne() {
        bench.send("a");

        bench.start(noting());

        SpanData span = ended(1).get(0);
        assertThat(span.getParentSpanContext().isValid()).isFalse();
        assertThat(handled).containsExactly(Traceparent.of(span.getSpanContext()));
    }

    @Test
    void traceThatIsNotSampledGoesOnUnrecorded() {
        send("a", TRACE, SENDER, "00");

        bench.start(noting());

        eventually(() -> assertThat(handled).hasSize(1));
        assertThat(handled.get(0)).startsWith("00-" + TRACE).endsWith("-00");
        assertThat(spans.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void withoutTracingTheHandlerIsGivenWhatTheProducerWrote() {
        bench.openTelemetry = OpenTelemetry.noop();
        send("a", TRACE, SENDER, "01");

        bench.start(noting());

        eventually(() -> assertThat(handled).containsExactly("00-" + TRACE + "-" + SENDER + "-01"));
    }

    private EventHandler noting() {
        return EventHandler.transactional((tx, event) -> {
            handled.add(String.valueOf(event.traceparent()));
            return Bench.record(tx, event);
        });
    }

    private List<SpanData> ended(int count) {
        eventually(() -> assertThat(spans.getFinishedSpanItems()).hasSize(count));
        return spans.getFinishedSpanItems();
    }

    private UUID send(String subject, String trace, String span, String flags) {
        UUID id = UUID.randomUUID();
        bench.sendBody(subject, envelope(subject, id, trace, span, flags));
        return id;
    }

    private static String envelope(String subject, UUID id, String trace, String span, String flags) {
        return new JsonObject(Bench.envelope(subject, id, Bench.TYPE, null))
                .put("traceparent", "00-" + trace + "-" + span + "-" + flags)
                .encode();
    }

    private String queue() {
        String url = bench.config().queueUrl();
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private static String text(SpanData span, String attribute) {
        return Objects.requireNonNullElse(span.getAttributes().get(stringKey(attribute)), "");
    }
}
