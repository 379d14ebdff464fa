package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.ClaimedEvent;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Claimed events by subject: the head of each may be sent, the events behind it wait until it is acknowledged. */
final class Subjects {

    private final Map<String, Deque<ClaimedEvent>> bySubject = new LinkedHashMap<>();

    Subjects(Collection<ClaimedEvent> inOrder) {
        inOrder.forEach(event -> bySubject
                .computeIfAbsent(event.subject(), subject -> new ArrayDeque<>())
                .add(event));
    }

    boolean isEmpty() {
        return bySubject.isEmpty();
    }

    List<ClaimedEvent> heads() {
        return bySubject.values().stream().map(Deque::getFirst).toList();
    }

    /** The head is acknowledged: the event behind it is next. */
    void advance(ClaimedEvent head) {
        Deque<ClaimedEvent> events = bySubject.get(head.subject());
        if (events != null) {
            events.removeFirst();
            if (events.isEmpty()) {
                bySubject.remove(head.subject());
            }
        }
    }

    /** The head was not taken: nothing behind it may be sent in this drain. */
    void holdBack(ClaimedEvent head) {
        bySubject.remove(head.subject());
    }
}
