package dev.vertxoutbox.benchmark;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/** Open streams of the console, read as fast as they come. What a browser does with them is no load here. */
final class ConsoleViewers implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final int count;
    private final LongAdder bytes = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client;

    private ConsoleViewers(int count) {
        this.count = count;
        this.client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(Math.max(1, count)));
    }

    static ConsoleViewers open(int managementPort, int count) {
        ConsoleViewers viewers = new ConsoleViewers(count);
        if (count > 0) {
            Future.all(IntStream.range(0, count)
                            .mapToObj(viewer -> viewers.watch(managementPort))
                            .toList())
                    .await();
            Waiting.until(
                    "each viewer is shown something",
                    TIMEOUT,
                    Duration.ofMillis(20),
                    () -> viewers.bytes.sum() > count);
        }
        return viewers;
    }

    private Future<Void> watch(int port) {
        return client.request(HttpMethod.GET, port, "127.0.0.1", "/console/stream")
                .compose(request -> request.send())
                .map(response -> {
                    if (response.statusCode() != 200) {
                        throw new IllegalStateException("/console/stream answered " + response.statusCode());
                    }
                    response.handler(buffer -> bytes.add(buffer.length()));
                    response.exceptionHandler(failure -> ended.increment());
                    response.endHandler(end -> ended.increment());
                    return null;
                });
    }

    /** What they have been shown so far. Fails when one's stream has ended. */
    JsonObject shown() {
        if (ended.sum() > 0) {
            throw new IllegalStateException(ended.sum() + " of " + count + " streams have ended");
        }
        return new JsonObject().put("bytes", bytes.sum());
    }

    @Override
    public void close() {
        client.close().await(); // Vertx would first wait half a minute for the streams to end.
        vertx.close().await();
    }
}
