package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A client of the booking API, on connections that it keeps; a call returns when its answer has been read. */
final class BookingClient {
    /** The pause between the answer to one look and the next; the status is known later by this and a GET at most. */
    static final Duration POLL_INTERVAL = Duration.ofMillis(2);

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final String FLIGHT = """
            {"departureAirport": "Paris CDG", "arrivalAirport": "London LHR",
             "departureDateTime": "2035-03-01T09:00:00Z", "arrivalDateTime": "2035-03-01T10:15:00Z",
             "fare": {"amount": 120, "currency": "EUR"}}
            """;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI api;

    BookingClient(URI api) {
        this.api = api;
    }

    /** Books a flight and returns its path when the 201 has been read. */
    String book() {
        HttpResponse<String> response = send(HttpRequest.newBuilder(api.resolve("/api/flights"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(FLIGHT)));
        if (response.statusCode() != 201) {
            throw new IllegalStateException("Booking was answered " + response.statusCode() + ": " + response.body());
        }
        return response.headers().firstValue("Location").orElseThrow();
    }

    /** Returns when the booking is CONFIRMED. */
    void awaitConfirmed(String path) {
        Waiting.until(path + " to be CONFIRMED", LIMIT, POLL_INTERVAL, () -> confirmed(path));
    }

    /** Reads the status once; an overloaded service has not told it. */
    boolean confirmed(String path) {
        HttpResponse<String> response = send(HttpRequest.newBuilder(api.resolve(path)));
        if (response.statusCode() == 503) {
            return false;
        }
        String status = response.statusCode() == 200 ? new JsonObject(response.body()).getString("status") : "";
        return switch (status) {
            case "CONFIRMED" -> true;
            case "PENDING" -> false;
            default ->
                throw new IllegalStateException(
                        path + " was answered " + response.statusCode() + ": " + response.body());
        };
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(REQUEST_TIMEOUT).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }
}
