package dev.vertxoutbox.flight;

import org.jspecify.annotations.Nullable;

/**
 * The entity tag of a booking: its version.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-etag">RFC 9110</a>
 */
final class ETag {

    private ETag() {}

    static String of(Booking booking) {
        return "\"" + booking.version() + "\"";
    }

    /**
     * Whether the client has this version of the booking.
     *
     * @param ifNoneMatch the header's value: tags separated by commas, weak or strong, or {@code *}
     */
    static boolean matches(@Nullable String ifNoneMatch, Booking booking) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String given : ifNoneMatch.split(",", -1)) {
            String tag = given.strip();
            if (tag.equals("*") || (tag.startsWith("W/") ? tag.substring(2) : tag).equals(of(booking))) {
                return true;
            }
        }
        return false;
    }
}
