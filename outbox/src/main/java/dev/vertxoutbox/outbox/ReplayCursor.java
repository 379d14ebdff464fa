package dev.vertxoutbox.outbox;

import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Where a replay goes on.
 *
 * @param startedAt when its first call began, by the database's clock: what was sent later is not replayed, or it would
 *     meet its own events again
 * @param subject subject of the last event of the call before
 * @param seq place of that event
 */
record ReplayCursor(@Nullable OffsetDateTime startedAt, String subject, long seq) {

    /** In the order of the archive everything comes after this. */
    private static final ReplayCursor START = new ReplayCursor(null, "", Long.MIN_VALUE);

    static ReplayCursor from(Row row) {
        return new ReplayCursor(row.getOffsetDateTime("started_at"), row.getString("subject"), row.getLong("seq"));
    }

    /** @throws IllegalArgumentException if it is not what {@link #encode} made */
    static ReplayCursor decode(@Nullable String text) {
        if (text == null) {
            return START;
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", 3);
            return new ReplayCursor(OffsetDateTime.parse(parts[0]), parts[2], Long.parseLong(parts[1]));
        } catch (IllegalArgumentException | DateTimeException | ArrayIndexOutOfBoundsException malformed) {
            throw new IllegalArgumentException(
                    "Unknown cursor '" + text + "': take it from 'next' of the call before", malformed);
        }
    }

    String encode() {
        String text = startedAt + " " + seq + " " + subject;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
