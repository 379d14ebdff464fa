package dev.vertxoutbox.launcher;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A booking is found in the logs of all processes by the trace of its request, and by the id of its event; and what the log
 * says of a span is what the collector has.
 */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class LogCorrelationIT {
    private static final String FLIGHT = """
            {"departureAirport": "Paris", "arrivalAirport": "London",
             "departureDateTime": "2027-03-01T09:00:00Z", "arrivalDateTime": "2027-03-01T10:15:00Z",
             "fare": {"amount": 120, "currency": "EUR"}}
            """;
    private static final int BOOKINGS = 16;
    private static final Pattern API = Pattern.compile("flight ready (http://\\S+)");
    private static final String NO_ANSWER = "The gateway gave no answer";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, String> environment = new HashMap<>();

    private final Collector collector;

    LogCorrelationIT(Vertx vertx, TestDatabase database, TestQueues queues) throws TimeoutException {
        collector = new Collector(vertx);
        environment.putAll(database.environment());
        environment.putAll(queues.environment());
        environment.putAll(Map.of(
                "HTTP_PORT", "0",
                "MANAGEMENT_PORT", "0",
                "CONSUMER_WAIT_SECONDS", "1",
                "PAYMENT_GATEWAY_ERROR_RATE", "0.5",
                "OTEL_EXPORTER_OTLP_ENDPOINT", collector.url(),
                "LOG_FORMAT", "json",
                "LOG_LEVEL", "debug"));
    }

    @Test
    void bookingWhosePaymentFailsOnceIsFoundByItsTraceAndItsEvent() throws Exception {
        try (JarProcess flight = JarProcess.start(environment, "flight");
                JarProcess relay = JarProcess.start(environment, "relay");
                JarProcess payment = JarProcess.start(environment, "payment")) {
            List.of(flight, relay, payment)
                    .forEach(process -> await().atMost(90, SECONDS)
                            .until(() -> process.out().stream().anyMatch(line -> line.contains(" ready "))));
            String api = api(flight);

            // Half of the calls for them go unanswered; one does for certain, as good as.
            for (int n = 0; n < BOOKINGS; n++) {
                book(api, trace(n));
            }
            await().atMost(60, SECONDS)
                    .until(() -> lines(flight, "Processed an event").size() == BOOKINGS);

            String trace = lines(payment, NO_ANSWER).get(0).getString("traceId");
            String event = lines(payment, NO_ANSWER).get(0).getString("eventId");
            assertThat(trace).startsWith("4bf92f3577b34da6a3ce929d0e0e47");
            assertThat(messages(flight, "traceId", trace))
                    .containsExactly("Committed a booking's change with its event", "Processed an event");
            assertThat(messages(relay, "traceId", trace)).containsExactly("Sent an event", "Sent an event");
            assertThat(messages(payment, "traceId", trace)).contains(NO_ANSWER, "Processed an event");

            assertThat(messages(flight, "eventId", event))
                    .containsExactly("Committed a booking's change with its event");
            assertThat(messages(relay, "eventId", event)).containsExactly("Sent an event");
            assertThat(messages(payment, "eventId", event)).contains(NO_ANSWER, "Processed an event");

            // What is not sent yet is sent at the stop.
            payment.terminate();
            assertThat(payment.exitCode(30)).isZero();
            assertThat(collector.of(trace))
                    .filteredOn(span -> span.service().equals("outbox-payment")
                            && span.name().startsWith("process "))
                    .extracting(Collector.Recorded::id)
                    .containsExactly(lines(payment, NO_ANSWER).get(0).getString("spanId"));
        }
    }

    @AfterEach
    void close() throws TimeoutException {
        collector.close();
    }

    private static String trace(int n) {
        return "4bf92f3577b34da6a3ce929d0e0e47" + HexFormat.of().toHexDigits((byte) n);
    }

    private static String api(JarProcess flight) {
        Matcher ready = API.matcher(String.join("\n", flight.out()));
        assertThat(ready.find()).isTrue();
        return ready.group(1).replace("0.0.0.0", "localhost");
    }

    private void book(String api, String trace) throws IOException, InterruptedException {
        HttpResponse<String> booked = http.send(
                HttpRequest.newBuilder(URI.create(api + "/api/flights"))
                        .header("Content-Type", "application/json")
                        .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                        .POST(BodyPublishers.ofString(FLIGHT))
                        .build(),
                BodyHandlers.ofString());
        assertThat(booked.statusCode()).as(booked.body()).isEqualTo(201);
    }

    private static List<JsonObject> lines(JarProcess process, String message) {
        return process.out().stream()
                .map(JsonObject::new)
                .filter(line -> line.getString("message").equals(message))
                .toList();
    }

    private static List<String> messages(JarProcess process, String field, String value) {
        return process.out().stream()
                .map(JsonObject::new)
                .filter(line -> value.equals(line.getString(field)))
                .map(line -> line.getString("message"))
                .toList();
    }
}
