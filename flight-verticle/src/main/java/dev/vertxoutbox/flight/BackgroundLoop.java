package dev.vertxoutbox.flight;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs something again and again, one run at a time, whatever a run does. A failed run is counted in
 * {@code flight.loop.failures} (tag {@code loop}), logged when it is the first of a row, and followed by a pause that
 * doubles up to a limit.
 *
 * <p>For use on one event loop.
 */
final class BackgroundLoop {
    private static final Logger log = LoggerFactory.getLogger(BackgroundLoop.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    /** One run: the pause until the next, or null to end the loop until it is started again. */
    @FunctionalInterface
    interface Run extends Supplier<Future<@Nullable Duration>> {}

    private final Vertx vertx;
    private final String name;
    private final Run run;
    private final Duration longestPause;
    private final Counter failures;
    private int failedInARow;
    private boolean active;
    private boolean stopped;
    private long timer = -1;
    private Future<?> current = Future.succeededFuture();

    /** @param longestPause after failures */
    BackgroundLoop(Vertx vertx, String name, Duration longestPause, MeterRegistry meters, Run run) {
        this.vertx = vertx;
        this.name = name;
        this.longestPause = longestPause;
        this.run = run;
        this.failures = meters.counter("flight.loop.failures", "loop", name);
    }

    /** Starts with a run at once; does nothing if it runs already or was stopped. */
    void start() {
        if (!active && !stopped) {
            active = true;
            runOnce();
        }
    }

    /** No more runs; completed when the one under way has ended. Never fails. */
    Future<Void> stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        return current.transform(ended -> Future.succeededFuture());
    }

    private void runOnce() {
        current = attempt().onComplete(ended -> {
            Duration pause = ended.succeeded() ? succeeded(ended.result()) : failed(ended.cause());
            if (pause == null) {
                active = false;
            } else if (!stopped) {
                timer = vertx.setTimer(Math.max(1, pause.toMillis()), fired -> runOnce());
            }
        });
    }

    private Future<@Nullable Duration> attempt() {
        try {
            return run.get();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private @Nullable Duration succeeded(@Nullable Duration pause) {
        if (failedInARow > 0) {
            log.atInfo().addKeyValue("loop", name).log("Background loop works again");
        }
        failedInARow = 0;
        return pause;
    }

    private Duration failed(Throwable failure) {
        failures.increment();
        failedInARow++;
        if (failedInARow == 1) {
            log.atWarn().addKeyValue("loop", name).setCause(failure).log("Background loop failed, will retry");
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failedInARow - 1, 10));
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
