package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/**
 * Gives messages back to the queue. If the queue does not answer, they come again after their visibility timeout,
 * which is no longer extended.
 */
final class Returns {
    private static final int LARGEST_SHIFT = 16;

    private final Queue queue;
    private final InFlight inFlight;
    private final Extension extension;
    private final Underway underway;
    private final InboxMetrics metrics;
    private final Duration maxBackoff;

    Returns(
            Queue queue,
            InFlight inFlight,
            Extension extension,
            Underway underway,
            InboxMetrics metrics,
            Duration maxBackoff) {
        this.queue = queue;
        this.inFlight = inFlight;
        this.extension = extension;
        this.underway = underway;
        this.metrics = metrics;
        this.maxBackoff = maxBackoff;
    }

    /** Gives back messages that nobody has tried, for anyone to take. */
    void giveBackNow(List<Delivery> untried) {
        giveBack(untried, Duration.ZERO);
    }

    /** 1 s after the first receive, twice as much after each further one. */
    Duration backoff(Delivery failed) {
        int doublings = Math.min(Math.max(0, failed.receives() - 1), LARGEST_SHIFT);
        Duration backoff = Duration.ofSeconds(1L << doublings);
        return backoff.compareTo(maxBackoff) < 0 ? backoff : maxBackoff;
    }

    /** Gives back messages of one group, to come together after some time. */
    void giveBack(List<Delivery> deliveries, Duration hidden) {
        deliveries.forEach(inFlight::release);
        metrics.givenBack.increment(deliveries.size());
        // An extension that is under way may still name them and would overwrite a shorter time.
        Future<Void> extended = extension.underway();
        for (int from = 0; from < deliveries.size(); from += Queue.MOST_ENTRIES) {
            int to = Math.min(from + Queue.MOST_ENTRIES, deliveries.size());
            List<Delivery> batch = deliveries.subList(from, to);
            underway.track(extended.transform(any -> queue.hide(batch, hidden)));
        }
    }
}
