package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.ClaimedEvent;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Claimed events in the order in which they may be sent: the first event of each subject is ready, the next one when
 * that is acknowledged.
 */
final class Lineup {

    private final boolean onlyFirst;
    private final Deque<ClaimedEvent> ready = new ArrayDeque<>();
    private final Deque<ClaimedEvent> next = new ArrayDeque<>();
    private final Map<String, Deque<ClaimedEvent>> behind = new HashMap<>();

    /**
     * @param events in the order of the outbox
     * @param onlyFirst whether no more than the first event of each subject gets ready
     */
    Lineup(Collection<ClaimedEvent> events, boolean onlyFirst) {
        this.onlyFirst = onlyFirst;
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

    /** An event that was taken is acknowledged: the event behind it may be sent. */
    void advance(ClaimedEvent taken) {
        Deque<ClaimedEvent> events = behind.get(taken.subject());
        if (events != null && !events.isEmpty()) {
            (onlyFirst ? next : ready).add(events.remove());
        }
    }

    /** Events that may be sent and were not taken. */
    Stream<ClaimedEvent> left() {
        return Stream.concat(ready.stream(), next.stream());
    }
}
