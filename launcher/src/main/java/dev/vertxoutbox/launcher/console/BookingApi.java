package dev.vertxoutbox.launcher.console;

import dev.vertxoutbox.launcher.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The booking API of this process, called over HTTP like any client does. */
final class BookingApi {

    private static final int CONNECTIONS = 4;
    private static final int MOST_WAITING = 400;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int IDLE_SECONDS = 30;
    private static final int TIMEOUT_SECONDS = 8;
    private static final String PATH = "/api/flights";

    private final Subject.Flight flight;
    private final HttpClient client;

    /** What it answered. */
    record Answer(int status, Buffer body) {}

    BookingApi(Vertx vertx, Subject.Flight flight) {
        this.flight = flight;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setKeepAliveTimeout(IDLE_SECONDS),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(MOST_WAITING));
    }

    /** The newest bookings, as {@code flights}. Fails with a {@link ProblemException}. */
    Future<JsonObject> newest(int limit) {
        return call(HttpMethod.GET, PATH + "?limit=" + limit, Buffer.buffer())
                .compose(answer -> answer.status() == 200
                        ? Future.succeededFuture(new JsonObject().put("flights", new JsonArray(answer.body())))
                        : Future.failedFuture(problem(answer)));
    }

    /** Asks for a booking. Fails with a {@link ProblemException} when there is no answer. */
    Future<Answer> book(JsonObject booking) {
        return call(HttpMethod.POST, PATH, booking.toBuffer());
    }

    Future<Void> close() {
        return client.close();
    }

    private Future<Answer> call(HttpMethod method, String uri, Buffer body) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost("127.0.0.1")
                .setPort(flight.port().getAsInt())
                .setURI(uri)
                .putHeader("Content-Type", "application/json");
        return client.request(options)
                .compose(request -> request.send(body))
                .compose(response -> response.body().map(received -> new Answer(response.statusCode(), received)))
                .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(
                        new ProblemException(503, "The booking API of this process does not answer")));
    }

    /** A refusal in words: its detail, and each field that is wrong. */
    static ProblemException problem(Answer answer) {
        try {
            JsonObject problem = answer.body().toJsonObject();
            String detail = problem.getString("detail", problem.getString("title", "no reason given"));
            List<String> fields = problem.getJsonArray("errors", new JsonArray()).stream()
                    .map(JsonObject.class::cast)
                    .map(error -> error.getString("pointer") + ": " + error.getString("detail"))
                    .toList();
            return new ProblemException(
                    answer.status(),
                    fields.isEmpty() ? detail : detail + ". " + fields.stream().collect(Collectors.joining("; ")));
        } catch (DecodeException | ClassCastException e) {
            return new ProblemException(503, "The booking API answered " + answer.status());
        }
    }
}
