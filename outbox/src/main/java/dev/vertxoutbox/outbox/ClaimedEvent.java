package dev.vertxoutbox.outbox;

import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A committed event that waits in the outbox.
 *
 * @param seq its place in the outbox; unique
 * @param id the event's id
 * @param topic names the destination
 * @param bucket bucket of its subject, 0 to 63
 * @param subject what it is about
 * @param type what happened
 * @param data the payload: JSON text as it was written
 * @param source who wrote it, or null
 * @param time when it was written
 * @param sequence its number within topic and subject, or null
 * @param traceparent W3C trace context, or null
 * @param blocked whether an earlier event of its topic and subject is parked, so that it must move behind that one
 */
public record ClaimedEvent(
        long seq,
        UUID id,
        String topic,
        int bucket,
        String subject,
        String type,
        String data,
        @Nullable String source,
        OffsetDateTime time,
        @Nullable Long sequence,
        @Nullable String traceparent,
        boolean blocked) {

    static ClaimedEvent from(Row row) {
        return new ClaimedEvent(
                row.getLong("seq"),
                row.getUUID("id"),
                row.getString("topic"),
                row.getInteger("bucket"),
                row.getString("subject"),
                row.getString("type"),
                row.getString("data"),
                row.getString("source"),
                row.getOffsetDateTime("time"),
                row.getLong("sequence"),
                row.getString("traceparent"),
                row.getBoolean("blocked"));
    }

    /** The lane it is in. */
    public Lane lane() {
        return new Lane(topic, bucket);
    }
}
