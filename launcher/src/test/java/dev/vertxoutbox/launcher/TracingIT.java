package dev.vertxoutbox.launcher;

import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CLIENT;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CONSUMER;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_PRODUCER;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_SERVER;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.launcher.Collector.Recorded;
import dev.vertxoutbox.payment.SimulatedGatewayConfig;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One trace from the request for a booking through outbox and queues to its payment, and back to its new status. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class TracingIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CLIENT = "00f067aa0ba902b7";
    private static final String SAMPLED = "00-" + TRACE + "-" + CLIENT + "-01";
    private static final int SPANS_OF_A_BOOKING = 6;
    private static final JsonObject FLIGHT = new JsonObject("""
            {"departureAirport": "Paris", "arrivalAirport": "London",
             "departureDateTime": "2027-03-01T09:00:00Z", "arrivalDateTime": "2027-03-01T10:15:00Z",
             "fare": {"amount": 120, "currency": "EUR"}}
            """);

    private final Collector collector;
    private final WebClient http;
    private final Map<String, String> environment = new HashMap<>();
    private @Nullable Application application;

    TracingIT(Vertx vertx, TestDatabase database, TestQueues queues) throws TimeoutException {
        collector = new Collector(vertx);
        http = WebClient.create(vertx);
        environment.putAll(database.environment());
        environment.putAll(queues.environment());
        environment.putAll(Map.of(
                "HTTP_PORT", "0",
                "MANAGEMENT_PORT", "0",
                "CONSUMER_WAIT_SECONDS", "1",
                "OTEL_EXPORTER_OTLP_ENDPOINT", collector.url(),
                "OTEL_BSP_SCHEDULE_DELAY", "50"));
        System.setProperty("aws.accessKeyId", "x");
        System.setProperty("aws.secretAccessKey", "x");
    }

    @AfterEach
    void close() throws TimeoutException {
        if (application != null) {
            application.stop().await(30, SECONDS);
        }
        collector.close();
    }

    @Test
    void bookingIsOneTraceFromItsRequestToItsConfirmation() throws TimeoutException {
        environment.put("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Bearer%20secret");
        Application running = start(configured -> configured);

        String booking = bookAndWait(running, SAMPLED, "CONFIRMED");

        await().atMost(10, SECONDS).until(() -> collector.of(TRACE).size() == SPANS_OF_A_BOOKING);
        Recorded request = child(CLIENT, "POST /api/flights", SPAN_KIND_SERVER);
        Recorded sent = child(request.id(), "send " + queue("FLIGHT_QUEUE_URL"), SPAN_KIND_PRODUCER);
        Recorded payment = child(request.id(), "process " + queue("FLIGHT_QUEUE_URL"), SPAN_KIND_CONSUMER);
        Recorded charge = child(payment.id(), "authorize", SPAN_KIND_CLIENT);
        Recorded sentBack = child(payment.id(), "send " + queue("PAYMENT_QUEUE_URL"), SPAN_KIND_PRODUCER);
        Recorded confirmation = child(payment.id(), "process " + queue("PAYMENT_QUEUE_URL"), SPAN_KIND_CONSUMER);

        assertThat(collector.of(TRACE))
                .noneMatch(Recorded::failed)
                .allMatch(span -> span.service().equals("outbox"));
        assertThat(request.attributes())
                .contains(entry("http.route", "/api/flights"), entry("http.response.status_code", "201"));
        String booked = sent.attributes().get("cloudevents.event_id");
        assertThat(payment.attributes())
                .contains(
                        entry("cloudevents.event_id", booked),
                        entry("cloudevents.event_type", "flight.booked"),
                        entry("cloudevents.event_subject", booking),
                        entry("messaging.consumer.group.name", "payment"),
                        entry("messaging.message.id", sent.attributes().get("messaging.message.id")));
        assertThat(charge.attributes())
                .contains(entry("cloudevents.event_id", booked), entry("payment.gateway.answer", "authorized"));
        assertThat(confirmation.attributes())
                .contains(
                        entry("cloudevents.event_id", sentBack.attributes().get("cloudevents.event_id")),
                        entry("cloudevents.event_type", "payment.authorized"),
                        entry("cloudevents.event_subject", booking));
        assertThat(collector.authorizations).containsOnly("Bearer secret");
        assertThat(get(running.managementPort(), "/metrics").bodyAsString())
                .contains("tracing_spans_total{outcome=\"exported\"} ")
                .contains("tracing_spans_total{outcome=\"dropped\"} 0.0");
    }

    @Test
    void bookingWithoutATraceBeginsOneThatItsAnswerNames() throws TimeoutException {
        Application running = start(configured -> configured);

        HttpResponse<Buffer> booked = book(running, null);
        String trace = booked.getHeader("traceparent").substring(3, 35);

        await().atMost(20, SECONDS).until(() -> collector.of(trace).size() == SPANS_OF_A_BOOKING);
        assertThat(collector.of(trace))
                .filteredOn(span -> span.parent().isEmpty())
                .extracting(Recorded::name)
                .containsExactly("POST /api/flights");
    }

    @Test
    void callToTheGatewayThatFailsIsAnErrorBesideTheOneThatSucceeds() throws TimeoutException {
        AtomicInteger asked = new AtomicInteger();
        // A call asks for it twice or more before the request or the answer may be lost.
        Application running = start(configured -> asked.getAndIncrement() < 2
                ? new SimulatedGatewayConfig(configured.limit(), Duration.ZERO, 1, 0)
                : configured);

        bookAndWait(running, SAMPLED, "CONFIRMED");

        await().atMost(10, SECONDS).until(() -> collector.of(TRACE).size() > SPANS_OF_A_BOOKING);
        List<Recorded> calls = collector.of(TRACE).stream()
                .filter(span -> span.name().equals("authorize"))
                .toList();
        assertThat(calls).extracting(Recorded::failed).containsExactly(true, false);
        assertThat(calls.get(0).attributes()).containsEntry("error.type", "java.io.IOException");
        assertThat(calls).extracting(Recorded::parent).containsOnly(calls.get(1).parent());
    }

    @Test
    void traceThatIsNotSampledIsNotSent() throws TimeoutException {
        Application running = start(configured -> configured);

        bookAndWait(running, "00-" + TRACE + "-" + CLIENT + "-00", "CONFIRMED");
        bookAndWait(running, "00-" + TRACE.replace('4', '5') + "-" + CLIENT + "-01", "CONFIRMED");

        await().atMost(10, SECONDS)
                .until(() -> collector.of(TRACE.replace('4', '5')).size() == SPANS_OF_A_BOOKING);
        assertThat(collector.of(TRACE)).isEmpty();
    }

    @Test
    void bookingsDoNotNoticeACollectorThatIsSilentAndTheProcessStopsInTime() throws TimeoutException {
        environment.putAll(Map.of(
                "OTEL_BSP_MAX_QUEUE_SIZE", "4",
                "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2",
                "OTEL_EXPORTER_OTLP_TIMEOUT", "60000",
                "OTEL_BSP_EXPORT_TIMEOUT", "60000"));
        collector.silent = true;
        Application running = start(configured -> configured);

        for (int n = 0; n < 3; n++) {
            bookAndWait(running, null, "CONFIRMED");
        }
        await().atMost(30, SECONDS)
                .until(
                        () -> get(running.managementPort(), "/metrics").bodyAsString(),
                        metrics -> metrics.matches("(?s).*tracing_spans_total\\{outcome=\"dropped\"\\} [1-9].*"));

        application = null;
        long start = System.nanoTime();
        running.stop().await(30, SECONDS);
        // A second for the polls, and two for the spans.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    private Application start(UnaryOperator<SimulatedGatewayConfig> gateway) throws TimeoutException {
        Application started =
                Application.of(environment, EnumSet.complementOf(EnumSet.of(Role.MIGRATE)), router -> {}, gateway);
        application = started;
        started.start().await(30, SECONDS);
        return started;
    }

    private String bookAndWait(Application running, @Nullable String traceparent, String status)
            throws TimeoutException {
        String id = book(running, traceparent).bodyAsJsonObject().getString("id");
        await().atMost(20, SECONDS)
                .until(
                        () -> get(running.httpPort(), "/api/flights/" + id)
                                .bodyAsJsonObject()
                                .getString("status"),
                        status::equals);
        return id;
    }

    private HttpResponse<Buffer> book(Application running, @Nullable String traceparent) throws TimeoutException {
        HttpRequest<Buffer> request = http.post(running.httpPort(), "localhost", "/api/flights");
        if (traceparent != null) {
            request.putHeader("traceparent", traceparent);
        }
        HttpResponse<Buffer> booked = request.sendJsonObject(FLIGHT).await(10, SECONDS);
        assertThat(booked.statusCode()).isEqualTo(201);
        return booked;
    }

    private HttpResponse<Buffer> get(int port, String uri) throws TimeoutException {
        return http.get(port, "localhost", uri).send().await(10, SECONDS);
    }

    private String queue(String variable) {
        String url = String.valueOf(environment.get(variable));
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private Recorded child(String parent, String name, SpanKind kind) {
        return collector.of(TRACE).stream()
                .filter(span -> span.name().equals(name))
                .reduce((one, another) -> {
                    throw new AssertionError("two spans " + name);
                })
                .filter(span -> span.parent().equals(parent) && span.kind() == kind)
                .orElseThrow(() -> new AssertionError(
                        "no " + kind + " " + name + " under " + parent + " in " + collector.of(TRACE)));
    }
}
