package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.benchmark.stub.StubSqs;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The stub's process, and what it tells of the events it has acknowledged since it was last reset. */
final class Stub implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("stub ready (http://\\S+)");
    private static final Duration LOOK = Duration.ofMillis(50);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ChildProcess process;
    private final String url;

    /**
     * A report; times are microseconds since 1970.
     *
     * @param events how many events were acknowledged, duplicates left out
     * @param gaps events that came before an earlier one of their subject
     */
    record Report(long events, long requests, long duplicates, long gaps, long firstMicros, long lastMicros) {

        /** From the first acknowledgement to the last one. */
        double eventsPerSecond() {
            return events * 1e6 / Math.max(1, lastMicros - firstMicros);
        }

        double seconds() {
            return (lastMicros - firstMicros) / 1e6;
        }
    }

    private Stub(ChildProcess process) {
        this.process = process;
        this.url = process.awaitOutput(READY).group(1);
    }

    static Stub start(Path logs) {
        return new Stub(ChildProcess.main(logs.resolve("stub.log"), StubSqs.class, List.of("-Xmx512m"), List.of()));
    }

    String url() {
        return url;
    }

    String queueUrl() {
        return url + "/000000000000/benchmark.fifo";
    }

    /** What a process needs to reach it. */
    Map<String, String> environment() {
        return Map.of(
                "AWS_ENDPOINT_URL_SQS", url,
                "AWS_REGION", "us-east-1",
                "AWS_ACCESS_KEY_ID", "x",
                "AWS_SECRET_ACCESS_KEY", "x");
    }

    /** Forgets all acknowledgements; from now on it answers after this delay. */
    void reset(int delayMillis) {
        reset(delayMillis, false);
    }

    /** The same, and {@link #timesById} will tell the time of each event. */
    void resetByIds(int delayMillis) {
        reset(delayMillis, true);
    }

    private void reset(int delayMillis, boolean byId) {
        send(HttpRequest.newBuilder(URI.create(url + "/control/reset?delayMillis=" + delayMillis + "&byId=" + byId))
                .POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** From now on it has so many messages to receive, dealt in turns to so many subjects; it answers after this delay. */
    void fill(int events, int subjects, int delayMillis) {
        post("/control/fill?events=" + events + "&subjects=" + subjects + "&copies=1&visibilityMillis=0&delayMillis="
                + delayMillis);
    }

    /** The same with each message once or more in random order; what is held for too long is dealt again. */
    void shuffle(int events, int mostCopies, Duration visibility) {
        post("/control/fill?events=" + events + "&subjects=" + events + "&copies=" + mostCopies + "&visibilityMillis="
                + visibility.toMillis() + "&delayMillis=0");
    }

    /** From now on it has those messages to receive that are sent to it. */
    void passOn() {
        post("/control/pass-on");
    }

    private void post(String path) {
        send(HttpRequest.newBuilder(URI.create(url + path)).POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** Returns when so many of the messages are deleted, or after the limit; what became of them, with all counts. */
    JsonObject awaitDeleted(long events, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        JsonObject queue = queue();
        while (queue.getLong("events") < events && System.nanoTime() < deadline) {
            Waiting.pause(LOOK);
            queue = queue();
        }
        return queue;
    }

    /** Returns when no message is waiting or held, or after the limit. */
    JsonObject awaitGone(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        JsonObject queue = queue();
        while (queue.getLong("remaining") > 0 && System.nanoTime() < deadline) {
            Waiting.pause(LOOK);
            queue = queue();
        }
        return queue;
    }

    /** What has become of the messages since the last filling. */
    JsonObject queue() {
        return new JsonObject(get("/control/queue"));
    }

    Report report() {
        return report(new JsonObject(get("/control/report")));
    }

    static Report report(JsonObject report) {
        return new Report(
                report.getLong("events"),
                report.getLong("requests"),
                report.getLong("duplicates"),
                report.getLong("gaps"),
                report.getLong("firstMicros"),
                report.getLong("lastMicros"));
    }

    /** Returns when so many events are acknowledged, or after the limit whatever is. */
    Report await(long events, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        Report report = report();
        while (report.events() < events && System.nanoTime() < deadline) {
            Waiting.pause(LOOK);
            report = report();
        }
        return report;
    }

    /** Times of the first event, of each {@code step}-th after it, and of the last one. */
    List<Long> times(int step) {
        return new JsonArray(get("/control/times?step=" + step))
                .stream().map(micros -> ((Number) micros).longValue()).toList();
    }

    /** When each event was acknowledged, by its id. */
    JsonObject timesById() {
        return new JsonObject(get("/control/times-by-id"));
    }

    ChildProcess process() {
        return process;
    }

    private String get(String path) {
        return send(HttpRequest.newBuilder(URI.create(url + path)));
    }

    private String send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    http.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException("The stub answered " + response.statusCode());
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
