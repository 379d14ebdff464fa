package dev.vertxoutbox.inbox;

import org.jspecify.annotations.Nullable;

/**
 * Where an event stands among the numbered events of its source and subject, as far as this consumer has seen them.
 * Handlers are right under any order; this tells them when to look twice.
 */
public enum EventOrder {
    /** All earlier events of the subject have been seen. */
    IN_ORDER,
    /**
     * At least one earlier event of the subject has not been seen: it was dead-lettered or discarded, or comes from
     * before this consumer's time. The event was given back for a while before it was handed on like this.
     */
    GAP,
    /** This event or a later one of the subject was seen before, as when a dead letter is redriven. */
    LATE,
    /** The event has no {@code sequence}. */
    UNKNOWN;

    /** The order of an event after the last one seen of its subject, null for none. */
    static EventOrder of(@Nullable Long sequence, @Nullable Long last) {
        if (sequence == null) {
            return UNKNOWN;
        }
        long before = last == null ? 0 : last;
        if (last != null && sequence <= before) {
            return LATE;
        }
        return sequence <= before + 1 ? IN_ORDER : GAP;
    }
}
