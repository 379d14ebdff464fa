package dev.vertxoutbox.inbox;

import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the memory of events older than the retention, in small transactions with pauses between them, so that
 * nobody waits for it. No error ends it.
 */
final class Forgetting {
    static final int BATCH_ROWS = 1_000;
    private static final long IDLE_MILLIS = 60_000;
    private static final long PAUSE_MILLIS = 100;
    private static final long TIMEOUT_SECONDS = 30;

    private final Vertx vertx;
    private final ProcessedStore store;
    private final Condition condition;
    private final Duration retention;
    private @Nullable Long timer;
    private boolean stopped;

    Forgetting(Vertx vertx, ProcessedStore store, Condition condition, Duration retention) {
        this.vertx = vertx;
        this.store = store;
        this.condition = condition;
        this.retention = retention;
    }

    /** Begins at a random moment of the first minute, so that instances started together do not work together. */
    void start() {
        schedule(ThreadLocalRandom.current().nextLong(1, IDLE_MILLIS));
    }

    void stop() {
        stopped = true;
        Long running = timer;
        if (running != null) {
            vertx.cancelTimer(running);
        }
    }

    void forgetSome() {
        store.forget(retention, BATCH_ROWS)
                .compose(events ->
                        store.forgetPositions(retention, BATCH_ROWS).map(positions -> Math.max(events, positions)))
                .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .onComplete(this::forgot);
    }

    private void forgot(AsyncResult<Integer> result) {
        if (stopped) {
            return;
        }
        if (result.succeeded()) {
            condition.works();
        } else {
            condition.fails(result.cause());
        }
        boolean more = result.succeeded() && result.result() == BATCH_ROWS;
        schedule(more ? PAUSE_MILLIS : IDLE_MILLIS);
    }

    private void schedule(long delayMillis) {
        timer = vertx.setTimer(delayMillis, elapsed -> forgetSome());
    }
}
