package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Backlog;
import dev.vertxoutbox.outbox.OutboxAdmin;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Measures the backlog every five seconds, or so seldom that the database spends at most a fiftieth of its time on it.
 */
final class BacklogProbe {

    private static final long MIN_PAUSE_MILLIS = 5_000;
    private static final int PAUSES_PER_PROBE = 50;
    private static final int TIMEOUT_SECONDS = 30;

    private final Vertx vertx;
    private final OutboxAdmin admin;
    private final Consumer<Backlog> measured;
    private boolean stopped;

    BacklogProbe(Vertx vertx, OutboxAdmin admin, Consumer<Backlog> measured) {
        this.vertx = vertx;
        this.admin = admin;
        this.measured = measured;
    }

    void start() {
        long start = System.nanoTime();
        // The search for lanes reports a database that is down; here it only leaves the figures as they were.
        admin.backlog()
                .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .onSuccess(measured::accept)
                .onComplete(probed -> {
                    if (!stopped) {
                        pause(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
                    }
                });
    }

    void stop() {
        stopped = true;
    }

    private void pause(long probeMillis) {
        vertx.setTimer(Math.max(MIN_PAUSE_MILLIS, PAUSES_PER_PROBE * probeMillis), timer -> {
            if (!stopped) {
                start();
            }
        });
    }
}
