package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A client that reads server-sent events as they come. */
final class EventStream implements AutoCloseable {
    private final HttpClient client;
    private final HttpClientResponse response;
    private volatile String text = "";
    private volatile boolean ended;

    private EventStream(HttpClient client, HttpClientResponse response) {
        this.client = client;
        this.response = response;
    }

    static EventStream open(Vertx vertx, int port, String uri, @Nullable String lastEventId) throws TimeoutException {
        HttpClient client = vertx.createHttpClient(new HttpClientOptions().setDefaultPort(port));
        EventStream[] opened = new EventStream[1];
        client.request(HttpMethod.GET, uri)
                .compose(request -> {
                    if (lastEventId != null) {
                        request.putHeader("Last-Event-ID", lastEventId);
                    }
                    return request.send();
                })
                .onSuccess(response -> opened[0] = read(client, response))
                .await(10, SECONDS);
        return opened[0];
    }

    private static EventStream read(HttpClient client, HttpClientResponse response) {
        EventStream stream = new EventStream(client, response);
        // Only the event loop writes it; tests read it.
        response.handler(chunk -> stream.text = stream.text.concat(chunk.toString()));
        response.endHandler(end -> stream.ended = true);
        response.exceptionHandler(failure -> stream.ended = true);
        return stream;
    }

    HttpClientResponse response() {
        return response;
    }

    String text() {
        return text;
    }

    boolean hasEnded() {
        return ended;
    }

    /** The bookings shown so far. */
    List<JsonObject> bookings() {
        List<JsonObject> bookings = new ArrayList<>();
        for (String event : text().split("\n\n", -1)) {
            if (event.startsWith("id: ")) {
                String[] lines = event.split("\n", -1);
                JsonObject booking = new JsonObject(lines[2].substring("data: ".length()));
                if (!lines[0].equals("id: " + booking.getInteger("version")) || !lines[1].equals("event: status")) {
                    throw new AssertionError(event);
                }
                bookings.add(booking);
            }
        }
        return bookings;
    }

    void awaitStatuses(String... statuses) {
        await().atMost(10, SECONDS)
                .untilAsserted(() -> assertThat(bookings())
                        .extracting(booking -> booking.getString("status"))
                        .containsExactly(statuses));
    }

    void awaitEnd() {
        await().atMost(10, SECONDS).until(this::hasEnded);
    }

    @Override
    public void close() throws TimeoutException {
        client.close().await(5, SECONDS);
    }
}
