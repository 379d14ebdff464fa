package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Floors;
import dev.vertxoutbox.outbox.Horizon;
import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneHead;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds floors that nothing can ever appear below, so that stepping over what is there can neither lose an event nor
 * send a later one before it.
 *
 * <p>A floor rises in three steps. The highest place given so far is noted. Then the transactions that may still write a
 * lower one are, and all of them have to end. Then a search from the old floors shows where each lane's oldest event
 * really is: the lane's floor is below that, and not above the place noted first.
 *
 * <p>Confined to one event loop.
 */
final class FloorWatch {

    /** Topics whose lanes have floors; others are read from their start. */
    private static final int MAX_TOPICS = 100;

    private record Candidate(long seq, Set<String> writers) {}

    private final Set<String> topics = new HashSet<>();
    private Floors floors = Floors.NONE;
    private @Nullable Horizon last;
    private @Nullable Candidate candidate;
    private boolean safe;

    /** @param topics that are known from the start */
    FloorWatch(Collection<String> topics) {
        topics.forEach(this::meet);
    }

    Floors floors() {
        return floors;
    }

    /** Forgets all floors. */
    void reset() {
        floors = Floors.NONE;
        last = null;
        candidate = null;
        safe = false;
    }

    /** To be told every now and then. */
    void observe(Horizon horizon) {
        Horizon before = last;
        if (before != null && !before.epoch().equals(horizon.epoch())) {
            reset();
            before = null;
        }
        last = horizon;
        if (before == null) {
            return;
        }
        Candidate waiting = candidate;
        if (waiting == null) {
            candidate = new Candidate(before.lastSeq(), horizon.writers());
        } else {
            safe = horizon.showsTheEndOf(waiting.writers());
        }
    }

    /** What a search from the floors has found that was begun after the last call of {@link #observe}. */
    void found(List<LaneHead> heads) {
        heads.forEach(head -> meet(head.lane().topic()));
        Horizon horizon = last;
        Candidate waiting = candidate;
        if (!safe || waiting == null || horizon == null) {
            return;
        }
        Map<Lane, Long> places = new HashMap<>();
        for (String topic : topics) {
            for (int bucket = 0; bucket < Lane.BUCKETS; bucket++) {
                places.put(new Lane(topic, bucket), waiting.seq());
            }
        }
        heads.forEach(head -> places.computeIfPresent(head.lane(), (lane, seq) -> Math.min(seq, head.seq() - 1)));
        floors = new Floors(horizon.epoch(), places);
        candidate = null;
        safe = false;
    }

    /** What a search of everything has found: an event below a floor was given its place against the rules. */
    void foundInAll(List<LaneHead> heads, Floors floorsAtItsStart) {
        Map<Lane, Long> places = floorsAtItsStart.places();
        if (heads.stream().anyMatch(head -> head.seq() <= places.getOrDefault(head.lane(), 0L))) {
            reset();
        }
    }

    private void meet(String topic) {
        if (topics.size() < MAX_TOPICS) {
            topics.add(topic);
        }
    }
}
