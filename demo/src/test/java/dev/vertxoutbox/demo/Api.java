package dev.vertxoutbox.demo;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A client of one of a process's HTTP servers. */
record Api(URI base) {
    static final String FLIGHT = """
            {"departureAirport": "Paris CDG", "arrivalAirport": "London LHR",
             "departureDateTime": "2027-03-01T08:30:00", "arrivalDateTime": "2027-03-01T10:05:00",
             "fare": {"amount": 129.90, "currency": "EUR"}}""";

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    /** @param latency from the request to the whole answer */
    record Answer(int status, String body, HttpResponse<String> response, Duration latency) {
        JsonObject json() {
            return new JsonObject(body);
        }

        boolean has(String header) {
            return response.headers().firstValue(header).isPresent();
        }
    }

    /** Fails when there is no answer. */
    CompletableFuture<Answer> send(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .timeout(TIMEOUT)
                .build();
        long start = System.nanoTime();
        return CLIENT.sendAsync(request, BodyHandlers.ofString())
                .thenApply(response -> new Answer(
                        response.statusCode(), response.body(), response, Duration.ofNanos(System.nanoTime() - start)));
    }

    Answer post(String path, String body) {
        return send("POST", path, body).join();
    }

    Answer get(String path) {
        return send("GET", path, "").join();
    }

    Answer delete(String path) {
        return send("DELETE", path, "").join();
    }

    /** Books a flight. */
    CompletableFuture<Answer> book() {
        return send("POST", "/api/flights", FLIGHT);
    }
}
