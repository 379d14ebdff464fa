package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.ClaimedEvent;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Claimed events in the order in which they may be sent: the first event of each subject is ready, the next one when
 * that is acknowledged.
 */
final class Lineup {

    private final Deque<ClaimedEvent> ready = new ArrayDeque<>();
    private final Map<String, Deque<ClaimedEvent>> behind = new HashMap<>();

    /** @param events in the order of the outbox */
    Lineup(Collection<ClaimedEvent> events) {
        for (ClaimedEvent event : events) {
            Deque<ClaimedEvent> earlier = behind.get(event.subject());
            if (earlier == null) {
                behind.put(event.subject(), new ArrayDeque<>(1));
                ready.add(event);
            } else {
                earlier.add(event);
            }
        }
    }

    /** An event that is ready, or null if none is. It stays at its place. */
    @Nullable
    ClaimedEvent peek() {
        return ready.peek();
    }

    /** Takes the event that {@link #peek} has shown. */
    void take() {
        ready.remove();
    }

    /** An event that was taken is acknowledged: the event behind it is ready. */
    void advance(ClaimedEvent taken) {
        Deque<ClaimedEvent> events = behind.get(taken.subject());
        if (events != null && !events.isEmpty()) {
            ready.add(events.remove());
        }
    }
}
