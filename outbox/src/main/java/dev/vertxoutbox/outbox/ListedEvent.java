package dev.vertxoutbox.outbox;

import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as operators see it.
 *
 * @param seq its place in the outbox; pages continue behind it
 * @param id the event's id
 * @param topic names the destination
 * @param subject what it is about
 * @param type what happened
 * @param data the payload: JSON text as it was written
 * @param source who wrote it, or null
 * @param time when it was written
 * @param sequence its number within topic and subject, or null
 * @param traceparent W3C trace context, or null
 * @param bucket bucket of its subject, 0 to 63
 * @param reason why it is parked; null for a pending event
 * @param parkedAt since when it is parked; null for a pending event
 * @param behind how many later events of its subject wait for it; null unless it is parked for a reason of its own
 */
public record ListedEvent(
        long seq,
        UUID id,
        String topic,
        String subject,
        String type,
        String data,
        @Nullable String source,
        OffsetDateTime time,
        @Nullable Long sequence,
        @Nullable String traceparent,
        int bucket,
        @Nullable String reason,
        @Nullable OffsetDateTime parkedAt,
        @Nullable Integer behind) {

    static ListedEvent from(Row row) {
        return new ListedEvent(
                row.getLong("seq"),
                row.getUUID("id"),
                row.getString("topic"),
                row.getString("subject"),
                row.getString("type"),
                row.getString("data"),
                row.getString("source"),
                row.getOffsetDateTime("time"),
                row.getLong("sequence"),
                row.getString("traceparent"),
                row.getInteger("bucket"),
                row.getString("reason"),
                row.getOffsetDateTime("parked_at"),
                row.getInteger("behind"));
    }
}
