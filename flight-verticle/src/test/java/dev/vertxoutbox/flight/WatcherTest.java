package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class WatcherTest {

    @Test
    void silenceIsBrokenByComments(Vertx vertx) throws TimeoutException {
        int port = vertx.createHttpServer()
                .requestHandler(request -> {
                    request.response().setChunked(true);
                    Watcher watcher = new Watcher(request.response(), UUID.randomUUID(), 0, Duration.ofMillis(100));
                    watcher.open();
                    vertx.setPeriodic(10, timer -> watcher.beat());
                })
                .listen(0)
                .await(5, SECONDS)
                .actualPort();
        try (EventStream stream = EventStream.open(vertx, port, "/", null)) {
            await().atMost(10, SECONDS)
                    .until(() -> stream.text().startsWith(": connected\n\n: still here\n\n: still here\n\n"));
        }
    }
}
