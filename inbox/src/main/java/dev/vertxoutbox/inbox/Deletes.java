package dev.vertxoutbox.inbox;

import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deletes processed messages in batches: as soon as there are 10, and no later than 50 ms after the first. One that
 * SQS does not confirm is given back, to come again as a duplicate.
 */
final class Deletes {
    private static final long LINGER_MILLIS = 50;

    private final Vertx vertx;
    private final Queue queue;
    private final InFlight inFlight;
    private final Returns returns;
    private final Underway underway;
    private final Condition condition;
    private final InboxMetrics metrics;
    private List<Delivery> pending = new ArrayList<>();
    private @Nullable Long timer;

    Deletes(
            Vertx vertx,
            Queue queue,
            InFlight inFlight,
            Returns returns,
            Underway underway,
            Condition condition,
            InboxMetrics metrics) {
        this.vertx = vertx;
        this.queue = queue;
        this.inFlight = inFlight;
        this.returns = returns;
        this.underway = underway;
        this.condition = condition;
        this.metrics = metrics;
    }

    void add(Delivery delivery) {
        pending.add(delivery);
        if (pending.size() == Queue.MOST_ENTRIES) {
            flush();
        } else if (timer == null) {
            timer = vertx.setTimer(LINGER_MILLIS, elapsed -> flush());
        }
    }

    void flush() {
        Long running = timer;
        if (running != null) {
            vertx.cancelTimer(running);
            timer = null;
        }
        if (!pending.isEmpty()) {
            List<Delivery> batch = pending;
            pending = new ArrayList<>();
            underway.track(queue.delete(batch).onComplete(deleted -> deleted(batch, deleted)));
        }
    }

    private void deleted(List<Delivery> batch, AsyncResult<List<Delivery>> result) {
        List<Delivery> remaining = result.succeeded() ? result.result() : batch;
        if (result.failed()) {
            condition.fails(result.cause());
        } else if (remaining.isEmpty()) {
            condition.works();
        } else {
            condition.fails(new IllegalStateException(remaining.size() + " of " + batch.size() + " not confirmed"));
        }
        metrics.deleted.increment(batch.size() - remaining.size());
        metrics.deleteFailures.increment(remaining.size());
        batch.stream().filter(delivery -> !remaining.contains(delivery)).forEach(inFlight::release);
        remaining.forEach(delivery -> returns.giveBack(List.of(delivery), returns.backoff(delivery)));
    }
}
