package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** A viewer of the console. */
final class Stream implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 20_000;

    private final HttpURLConnection connection;
    private final BufferedReader reader;
    private final Map<String, JsonObject> last = new HashMap<>();

    private Stream(HttpURLConnection connection) throws IOException {
        this.connection = connection;
        this.reader = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
    }

    static Stream open(int port) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create("http://localhost:" + port + "/console/stream")
                .toURL()
                .openConnection();
        connection.setReadTimeout(TIMEOUT_MILLIS);
        return new Stream(connection);
    }

    int status() throws IOException {
        return connection.getResponseCode();
    }

    /** Waits for the next event of this type. */
    JsonObject next(String type) throws IOException {
        while (true) {
            String event = Objects.requireNonNull(reader.readLine(), "the stream ended");
            String data = Objects.requireNonNull(reader.readLine(), "the stream ended");
            reader.readLine();
            JsonObject said = new JsonObject(data.substring("data: ".length()));
            String name = event.substring("event: ".length());
            last.put(name, said);
            if (name.equals(type)) {
                return said;
            }
        }
    }

    /** The last event of this type, which was seen before. */
    JsonObject last(String type) {
        return Objects.requireNonNull(last.get(type), type);
    }

    /** Waits for an event of this type, perhaps the last one, that satisfies the condition. */
    void until(String type, Predicate<JsonObject> condition) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT_MILLIS * 1_000_000L;
        JsonObject known = last.get(type);
        while (known == null || !condition.test(known)) {
            assertThat(System.nanoTime())
                    .as("waits for %s, has %s", type, known)
                    .isLessThan(deadline);
            // A state comes each second, so that this does not wait forever for a type that never comes.
            next("state");
            known = last.get(type);
        }
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}
