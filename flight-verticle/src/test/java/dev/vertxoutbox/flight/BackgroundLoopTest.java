package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Invariant 8: every background loop survives any error, reports it and backs off. */
@ExtendWith(VertxExtension.class)
class BackgroundLoopTest {
    private static final Duration SHORT = Duration.ofMillis(1);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicInteger runs = new AtomicInteger();

    private BackgroundLoop loop(Vertx vertx, BackgroundLoop.Run run) {
        return new BackgroundLoop(vertx, "test", SHORT, meters, run);
    }

    @Test
    void loopSurvivesFailedAndThrowingRuns(Vertx vertx) {
        BackgroundLoop loop = loop(vertx, () -> switch (runs.incrementAndGet() % 3) {
            case 0 -> throw new IllegalStateException("thrown");
            case 1 -> Future.failedFuture("failed");
            default -> Future.succeededFuture(SHORT);
        });
        vertx.runOnContext(run -> loop.start());
        await().atMost(10, SECONDS).until(() -> runs.get() > 30);
        assertThat(meters.counter("flight.loop.failures", "loop", "test").count())
                .isGreaterThan(15);
    }

    @Test
    void loopThatHasNothingToDoRestsUntilItIsStartedAgain(Vertx vertx) {
        BackgroundLoop loop = loop(vertx, () -> {
            runs.incrementAndGet();
            return Future.succeededFuture(null);
        });
        for (int round = 1; round <= 3; round++) {
            int expected = round;
            vertx.runOnContext(run -> loop.start());
            await().atMost(10, SECONDS).until(() -> runs.get() == expected);
        }
    }

    @Test
    void stopWaitsForTheRunUnderWayAndForbidsOthers(Vertx vertx) throws TimeoutException {
        Promise<Duration> underWay = Promise.promise();
        BackgroundLoop loop = loop(vertx, () -> {
            runs.incrementAndGet();
            return underWay.future();
        });
        vertx.runOnContext(run -> loop.start());
        await().atMost(10, SECONDS).until(() -> runs.get() == 1);

        Future<Void> stopped = loop.stop();
        assertThat(stopped.isComplete()).isFalse();
        underWay.complete(SHORT);
        stopped.await(5, SECONDS);
        loop.start();
        vertx.timer(50).await(5, SECONDS);
        assertThat(runs).hasValue(1);
    }
}
