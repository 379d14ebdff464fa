package dev.vertxoutbox.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.MethodName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Plays what the README tells a newcomer to do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodName.class)
class DemoIT {

    private static final String FLIGHT = """
            {"departureAirport": "Paris", "arrivalAirport": "London",
             "departureDateTime": "2027-03-01T09:00:00Z", "arrivalDateTime": "2027-03-01T10:15:00Z",
             "fare": {"amount": %d, "currency": "EUR"}}
            """;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private Demo demo;

    @BeforeAll
    void start() {
        demo = Demo.start(Map.of("HTTP_PORT", "0", "MANAGEMENT_PORT", "0"));
    }

    @AfterAll
    void stop() {
        demo.close();
    }

    @Test
    void bookingIsConfirmedOnceItsPaymentHasBeenProcessed() {
        JsonObject booking = book(120);

        assertThat(booking.getString("status")).isEqualTo("PENDING");
        await().until(() -> statusOf(booking).equals("CONFIRMED"));
        assertThat(pendingEvents()).isEmpty();
    }

    @Test
    void bookingAboveTheLimitIsRejected() {
        JsonObject booking = book(10_001);

        await().until(() -> statusOf(booking).equals("REJECTED"));
    }

    @Test
    void bookingMadeWhileTheQueueIsDownIsConfirmedWhenItReturns() {
        management("POST", "/sandbox/queue/down");
        JsonObject booking = book(120);
        await().until(() -> !pendingEvents().isEmpty());
        JsonObject event = pendingEvents().getJsonObject(0);
        assertThat(event.getString("type")).isEqualTo("flight.booked");
        assertThat(event.getString("subject")).isEqualTo(booking.getString("id"));
        assertThat(statusOf(booking)).isEqualTo("PENDING");

        management("POST", "/sandbox/queue/up");

        await().atMost(Duration.ofSeconds(30)).until(() -> statusOf(booking).equals("CONFIRMED"));
        await().until(() -> pendingEvents().isEmpty());
    }

    @Test
    void systemGoesOnAfterAllDatabaseSessionsWereKilled() {
        JsonObject killed = management("POST", "/sandbox/backends/kill");
        assertThat(killed.getInteger("killed")).isPositive();

        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> statusOf(book(120)), status -> status.equals("PENDING") || status.equals("CONFIRMED"));
        JsonObject booking = book(120);
        await().atMost(Duration.ofSeconds(30)).until(() -> statusOf(booking).equals("CONFIRMED"));
    }

    @Test
    void welcomeNamesTheAddresses() {
        assertThat(demo.welcome())
                .contains("http://localhost:" + demo.httpPort() + "/swagger-ui/index.html")
                .contains("localhost:" + demo.managementPort() + "/sandbox/queue/down")
                .contains("http://localhost:" + demo.managementPort() + "/console")
                .contains("psql -h ");
        assertThat(get(managementUri("/console")).statusCode()).isEqualTo(200);
        assertThat(get(managementUri("/swagger-ui/index.html")).statusCode()).isEqualTo(200);
        assertThat(get(api("/swagger-ui/index.html")).statusCode()).isEqualTo(200);
        assertThat(get(managementUri("/health/ready")).statusCode()).isEqualTo(200);
    }

    private JsonObject book(int amount) {
        HttpResponse<String> response = send(HttpRequest.newBuilder(api("/api/flights"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(FLIGHT.formatted(amount))));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return new JsonObject(response.body());
    }

    private String statusOf(JsonObject booking) {
        return new JsonObject(
                        get(api("/api/flights/" + booking.getString("id"))).body())
                .getString("status");
    }

    private JsonArray pendingEvents() {
        return management("GET", "/outbox/events?state=pending").getJsonArray("events");
    }

    private JsonObject management(String method, String path) {
        HttpResponse<String> response =
                send(HttpRequest.newBuilder(managementUri(path)).method(method, BodyPublishers.noBody()));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    private HttpResponse<String> get(URI uri) {
        return send(HttpRequest.newBuilder(uri));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private URI api(String path) {
        return URI.create("http://localhost:" + demo.httpPort() + path);
    }

    private URI managementUri(String path) {
        return URI.create("http://localhost:" + demo.managementPort() + path);
    }
}
