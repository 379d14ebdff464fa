package dev.vertxoutbox.flight;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each request is a span, and what it causes follows from that. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class RequestSpansIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CLIENT = "00f067aa0ba902b7";
    private static final String SAMPLED = "00-" + TRACE + "-" + CLIENT + "-01";

    private static final InMemorySpanExporter SPANS = InMemorySpanExporter.create();
    private static FlightService service;

    @BeforeAll
    static void start(Vertx vertx, TestDatabase db, TestQueues queues) throws TimeoutException {
        OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(SPANS))
                        .build())
                .build();
        service = FlightService.start(vertx, db, queues, config -> config.withInstances(1), sdk);
    }

    @BeforeEach
    void forget() {
        SPANS.reset();
    }

    @Test
    void bookingIsAChildOfItsClientAndTheParentOfItsEvent() throws TimeoutException {
        HttpResponse<Buffer> booked = book(SAMPLED);

        SpanData span = ended();
        assertThat(span.getName()).isEqualTo("POST /api/flights");
        assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getParentSpanId()).isEqualTo(CLIENT);
        assertThat(text(span, "http.request.method")).isEqualTo("POST");
        assertThat(text(span, "http.route")).isEqualTo("/api/flights");
        assertThat(text(span, "url.path")).isEqualTo("/api/flights");
        assertThat(text(span, "url.scheme")).isEqualTo("http");
        assertThat(text(span, "server.address")).isEqualTo("localhost");
        assertThat(span.getAttributes().get(longKey("server.port"))).isEqualTo(service.port());
        assertThat(span.getAttributes().get(longKey("http.response.status_code")))
                .isEqualTo(201);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(traceparentOfEvent(booked)).isEqualTo("00-" + TRACE + "-" + span.getSpanId() + "-01");
        assertThat(booked.getHeader("traceparent")).as("what the client sent").isEqualTo(SAMPLED);
    }

    @Test
    void requestWithoutATraceBeginsOneThatTheClientIsTold() throws TimeoutException {
        HttpResponse<Buffer> booked = service.post(FlightService.flight());

        SpanData span = ended();
        assertThat(span.getParentSpanContext().isValid()).isFalse();
        assertThat(booked.getHeader("traceparent"))
                .startsWith("00-" + span.getTraceId() + "-" + span.getSpanId() + "-")
                .isEqualTo(traceparentOfEvent(booked));
    }

    @Test
    void traceThatIsNotSampledIsNotRecordedAndGoesOn() throws TimeoutException {
        HttpResponse<Buffer> booked = book("00-" + TRACE + "-" + CLIENT + "-00");

        assertThat(traceparentOfEvent(booked)).startsWith("00-" + TRACE).endsWith("-00");
        assertThat(SPANS.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void nameIsTheRouteAndNotThePath() throws TimeoutException {
        service.get("/api/flights/" + UUID.randomUUID());

        SpanData span = ended();
        assertThat(span.getName()).isEqualTo("GET /api/flights/{id}");
        assertThat(span.getAttributes().get(longKey("http.response.status_code")))
                .isEqualTo(404);
        assertThat(span.getStatus().getStatusCode())
                .as("not the service's fault")
                .isEqualTo(StatusCode.UNSET);
    }

    @Test
    void whatIsNotServedIsNamedByItsMethodOnly() throws TimeoutException {
        service.client().get("/nothing/here").send().await(5, SECONDS);
        assertThat(ended().getName()).isEqualTo("GET");

        SPANS.reset();
        service.client().request(HttpMethod.valueOf("BREW"), "/coffee").send().await(5, SECONDS);
        SpanData unknown = ended();
        assertThat(unknown.getName()).isEqualTo("HTTP");
        assertThat(text(unknown, "http.request.method")).isEqualTo("_OTHER");
        assertThat(text(unknown, "http.request.method_original")).isEqualTo("BREW");
    }

    @Test
    void eventsOfATransactionThatBookingsShareKeepTheirTraces() throws TimeoutException {
        List<Future<HttpResponse<Buffer>>> answers = new ArrayList<>();
        for (int n = 10; n < 60; n++) {
            answers.add(service.request(HttpMethod.POST, "/api/flights")
                    .putHeader("traceparent", "00-" + TRACE.substring(2) + n + "-" + CLIENT + "-01")
                    .sendBuffer(FlightService.flight().toBuffer()));
        }
        Future.all(answers).await(20, SECONDS);

        assertThat(service.largestGroup()).as("bookings in a transaction").isGreaterThan(1);
        await().until(() -> SPANS.getFinishedSpanItems().size() == 50);
        List<String> events = new ArrayList<>();
        for (Future<HttpResponse<Buffer>> answer : answers) {
            events.add(traceparentOfEvent(answer.result()));
        }
        assertThat(events)
                .containsExactlyInAnyOrderElementsOf(SPANS.getFinishedSpanItems().stream()
                        .map(span -> "00-" + span.getTraceId() + "-" + span.getSpanId() + "-01")
                        .collect(Collectors.toList()));
    }

    private static HttpResponse<Buffer> book(String traceparent) throws TimeoutException {
        return service.send(
                service.request(HttpMethod.POST, "/api/flights").putHeader("traceparent", traceparent),
                FlightService.flight().toBuffer());
    }

    private static String traceparentOfEvent(HttpResponse<Buffer> booked) throws TimeoutException {
        UUID id = UUID.fromString(booked.bodyAsJsonObject().getString("id"));
        return OutboxRows.of(service, id).get(0).getString("traceparent");
    }

    /** The span of the one request: it may end a moment after the client has its answer. */
    private static SpanData ended() {
        await().until(() -> SPANS.getFinishedSpanItems().size() == 1);
        return SPANS.getFinishedSpanItems().get(0);
    }

    private static String text(SpanData span, String attribute) {
        return String.valueOf(span.getAttributes().get(stringKey(attribute)));
    }
}
