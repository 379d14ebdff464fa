package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** Receives messages once the database can record them, and keeps account of whether that works. */
final class Reception {
    // While the queue fails, a short poll tells sooner that it is back.
    private static final Duration TRIAL_POLL = Duration.ofSeconds(1);

    private final Queue queue;
    private final Database database;
    private final Condition polling;
    private final InboxMetrics metrics;
    private final Duration longPoll;
    private boolean closed;

    Reception(Queue queue, Database database, Condition polling, InboxMetrics metrics, Duration longPoll) {
        this.queue = queue;
        this.database = database;
        this.polling = polling;
        this.metrics = metrics;
        this.longPoll = longPoll;
    }

    Future<List<Delivery>> receive(int most) {
        return database.works().compose(works -> closed ? Future.succeededFuture(List.of()) : poll(most));
    }

    /** Starts no further poll. */
    void close() {
        closed = true;
    }

    private Future<List<Delivery>> poll(int most) {
        return queue.receive(most, polling.isOk() ? longPoll : TRIAL_POLL)
                .onSuccess(messages -> {
                    polling.works();
                    metrics.received.increment(messages.size());
                })
                .onFailure(failure -> {
                    polling.fails(failure);
                    metrics.pollFailures.increment();
                });
    }
}
