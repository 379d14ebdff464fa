package dev.vertxoutbox.inbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares an event's {@code sequence} with the last one seen of its subject, and decides how long one that comes too
 * early waits: 1 s, then four times as long after each receive, until its patience is over. The time runs from the
 * message's first receive, and half the receives that the redrive policy grants end it as well, so that a message that
 * only waited is not dead-lettered.
 */
final class OrderCheck {
    // A consumer that is new to a queue in mid-stream meets a gap in every old subject, and none of them will close.
    private static final Duration NEW_SUBJECT_PATIENCE = Duration.ofSeconds(5);
    private static final int LARGEST_SHIFT = 16;

    private final IntSupplier mostReceives;
    private final Duration patience;
    private final Clock clock;

    /** @param mostReceives how often the redrive policy lets a message be received */
    OrderCheck(IntSupplier mostReceives, Duration patience, Clock clock) {
        this.mostReceives = mostReceives;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * The order in which to hand the event on.
     *
     * @param last last sequence seen of the subject, null for none
     * @throws SequenceGapException when it is to wait
     */
    EventOrder check(InboxEvent event, Delivery delivery, @Nullable Long last) {
        EventOrder order = EventOrder.of(event.sequence(), last);
        Duration remaining = order == EventOrder.GAP ? remaining(delivery, last) : Duration.ZERO;
        if (!remaining.isZero()) {
            throw new SequenceGapException(wait(delivery, remaining));
        }
        return order;
    }

    private Duration remaining(Delivery delivery, @Nullable Long last) {
        if (delivery.receives() > mostReceives.getAsInt() / 2) {
            return Duration.ZERO;
        }
        Duration whole = last == null && patience.compareTo(NEW_SUBJECT_PATIENCE) > 0 ? NEW_SUBJECT_PATIENCE : patience;
        Instant end = delivery.firstReceived().plus(whole);
        Duration remaining = Duration.between(clock.instant(), end);
        if (remaining.isNegative()) {
            return Duration.ZERO;
        }
        // The queue's clock may be ahead of ours.
        return remaining.compareTo(whole) > 0 ? whole : remaining;
    }

    private static Duration wait(Delivery delivery, Duration remaining) {
        int shift = Math.min(2 * Math.max(0, delivery.receives() - 1), LARGEST_SHIFT);
        long seconds = Math.min(1L << shift, remaining.plusMillis(999).toSeconds());
        return Duration.ofSeconds(Math.max(1, seconds));
    }
}
