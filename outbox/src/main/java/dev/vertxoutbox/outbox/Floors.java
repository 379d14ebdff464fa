package dev.vertxoutbox.outbox;

import java.util.Map;

/**
 * Places up to which lanes are known to be empty for good, so that claims and searches need not read what is left of
 * deleted rows there.
 *
 * @param epoch the {@link Horizon#epoch()} they were found in; they are disregarded in any other
 * @param places by lane; a lane that is not in it is read from its start
 */
public record Floors(String epoch, Map<Lane, Long> places) {

    /** Everything is read. */
    public static final Floors NONE = new Floors("", Map.of());

    /** Copies the map. */
    public Floors {
        places = Map.copyOf(places);
    }

    long of(Lane lane) {
        return places.getOrDefault(lane, 0L);
    }
}
