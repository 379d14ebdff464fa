package dev.vertxoutbox.flight;

import io.vertx.core.buffer.Buffer;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where a page of bookings goes on: the id of the last one shown, in a form that nobody is tempted to build. */
final class Cursor {

    private static final int ID_BYTES = 16;

    private Cursor() {}

    static String encode(UUID last) {
        byte[] bytes = Buffer.buffer(ID_BYTES)
                .appendLong(last.getMostSignificantBits())
                .appendLong(last.getLeastSignificantBits())
                .getBytes();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** @throws Refusal.Invalid if it was not made here */
    static @Nullable UUID decode(@Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        try {
            Buffer bytes = Buffer.buffer(Base64.getUrlDecoder().decode(cursor));
            if (bytes.length() == ID_BYTES) {
                return new UUID(bytes.getLong(0), bytes.getLong(Long.BYTES));
            }
        } catch (IllegalArgumentException e) {
            // Not Base64; refused like any other that is not ours.
        }
        throw new Refusal.Invalid(
                List.of(new Violation("query/cursor", "must be a cursor from the Link header of an earlier page")));
    }
}
