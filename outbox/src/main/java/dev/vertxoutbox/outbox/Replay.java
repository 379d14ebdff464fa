package dev.vertxoutbox.outbox;

import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Which archived events to send again, and how; see {@link OutboxArchive#replay}.
 *
 * @param topic of this topic
 * @param subject only of this subject, or null
 * @param from only events of this time or later, or null. The time is the event's own: when it was written, not when it
 *     was sent
 * @param to only events before this time, or null
 * @param newIds false: under the ids they had, so that consumers who have taken them leave them alone; true: under new
 *     random ids, so that every consumer takes them once more
 * @param limit at most so many, 1 to {@link OutboxArchive#MAX_EVENTS}
 * @param cursor where to go on, from the result before, with everything else unchanged; null to begin
 */
public record Replay(
        String topic,
        @Nullable String subject,
        @Nullable OffsetDateTime from,
        @Nullable OffsetDateTime to,
        boolean newIds,
        int limit,
        @Nullable String cursor) {

    /** @throws IllegalArgumentException if the limit is out of its range */
    public Replay {
        if (limit < 1 || limit > OutboxArchive.MAX_EVENTS) {
            throw new IllegalArgumentException(
                    "limit " + limit + " is not between 1 and " + OutboxArchive.MAX_EVENTS + "; change it");
        }
    }

    /** As many as one call takes of a topic, whatever their subject and time, under the ids they had. */
    public static Replay of(String topic) {
        return new Replay(topic, null, null, null, false, OutboxArchive.MAX_EVENTS, null);
    }

    /** The same for one subject. */
    public Replay withSubject(@Nullable String only) {
        return new Replay(topic, only, from, to, newIds, limit, cursor);
    }

    /** The same for events from one time to before another; either may be null. */
    public Replay withTimes(@Nullable OffsetDateTime first, @Nullable OffsetDateTime end) {
        return new Replay(topic, subject, first, end, newIds, limit, cursor);
    }

    /** The same under new ids. */
    public Replay withNewIds() {
        return new Replay(topic, subject, from, to, true, limit, cursor);
    }

    /** The same with another limit. */
    public Replay withLimit(int most) {
        return new Replay(topic, subject, from, to, newIds, most, cursor);
    }

    /** The same from where the call before ended. */
    public Replay withCursor(@Nullable String next) {
        return new Replay(topic, subject, from, to, newIds, limit, next);
    }

    /**
     * What a replay did.
     *
     * @param events how many events are back in the outbox
     * @param next the cursor to go on with, or null when there are no more
     */
    public record Result(int events, @Nullable String next) {}
}
