package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneHead;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * For each lane the place up to which a drain has found and removed everything. While an open snapshot keeps deleted
 * rows from being vacuumed, claims and searches that begin there do not get slower with every event sent.
 *
 * <p>Only a hint: a transaction that commits late, or an operator's retry, puts events below a floor. Searches without
 * floors find those, and {@link #found} lowers the floor.
 *
 * <p>Confined to one event loop; at most {@value #MAX_LANES} entries.
 */
final class Floors {

    /** Far more than there are; for a writer that makes up topics. */
    private static final int MAX_LANES = 10_000;

    private final Map<Lane, Long> floors = new HashMap<>();

    long of(Lane lane) {
        return floors.getOrDefault(lane, 0L);
    }

    Map<Lane, Long> all() {
        return floors;
    }

    /** A drain that claimed behind {@code from} has left nothing up to {@code to}, and is committed. */
    void raise(Lane lane, long from, long to) {
        if (to > from && of(lane) == from) { // Else something was found below it meanwhile.
            if (floors.size() >= MAX_LANES) {
                floors.clear();
            }
            floors.put(lane, to);
        }
    }

    /** These lanes hold events from there on, whatever the floor says. */
    void found(List<LaneHead> heads) {
        for (LaneHead head : heads) {
            floors.computeIfPresent(head.lane(), (lane, floor) -> Math.min(floor, head.seq() - 1));
        }
    }
}
