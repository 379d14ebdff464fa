package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps everything held hidden from other consumers, by extending it at a third of the visibility timeout. */
final class Extension {
    private final Vertx vertx;
    private final Queue queue;
    private final InFlight inFlight;
    private final Condition condition;
    private final Duration visibilityTimeout;
    private Future<Void> underway = Future.succeededFuture();
    private @Nullable Long timer;

    Extension(Vertx vertx, Queue queue, InFlight inFlight, Condition condition, Duration visibilityTimeout) {
        this.vertx = vertx;
        this.queue = queue;
        this.inFlight = inFlight;
        this.condition = condition;
        this.visibilityTimeout = visibilityTimeout;
    }

    void start() {
        timer = vertx.setPeriodic(visibilityTimeout.toMillis() / 3, tick -> extend());
    }

    void stop() {
        Long running = timer;
        if (running != null) {
            vertx.cancelTimer(running);
        }
    }

    /** Completes, never fails, when no extension is being sent. */
    Future<Void> underway() {
        return underway;
    }

    private void extend() {
        if (!underway.isComplete()) {
            return;
        }
        List<Delivery> held = inFlight.all();
        List<Future<List<Delivery>>> requests = new ArrayList<>();
        for (int from = 0; from < held.size(); from += Queue.MOST_ENTRIES) {
            requests.add(queue.hide(
                    held.subList(from, Math.min(from + Queue.MOST_ENTRIES, held.size())), visibilityTimeout));
        }
        if (!requests.isEmpty()) {
            underway = Future.join(requests)
                    .onSuccess(extended -> condition.works())
                    .onFailure(condition::fails)
                    .otherwiseEmpty()
                    .mapEmpty();
        }
    }
}
