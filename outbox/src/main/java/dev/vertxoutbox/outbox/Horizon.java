package dev.vertxoutbox.outbox;

import java.util.Set;

/**
 * Where new events can appear.
 *
 * @param epoch changes when events may have come back at old places: after a retry or a discard, and on another server, as
 *     after a restart or a failover
 * @param lastSeq the highest place given to an event so far. New events get higher ones; but one that got a lower place
 *     may not be committed yet
 * @param writers the transactions that may have uncommitted events: all that have ever begun to write to the outbox and
 *     have not ended
 */
public record Horizon(String epoch, long lastSeq, Set<String> writers) {

    /** How PostgreSQL names all transactions that are prepared for a two-phase commit, whatever they were before. */
    private static final String PREPARED = "-1/";

    /** Copies the set. */
    public Horizon {
        writers = Set.copyOf(writers);
    }

    /** Whether none of these writers, seen earlier, can still commit an event. */
    public boolean showsTheEndOf(Set<String> earlier) {
        return writers.stream().noneMatch(writer -> earlier.contains(writer) || writer.startsWith(PREPARED));
    }
}
