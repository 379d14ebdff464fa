package dev.vertxoutbox.inbox;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the attributes of a CloudEvent, and says which one is wrong. */
final class CloudEvent {
    private static final int LONGEST_KEY = 256;

    private final JsonObject envelope;

    CloudEvent(String body) {
        try {
            envelope = new JsonObject(body);
        } catch (DecodeException notAnObject) {
            throw new MalformedEventException("The body is not a JSON object");
        }
    }

    /** Enough to tell whether anyone wants the rest, which may follow rules of later versions. */
    String type() {
        return text("type");
    }

    InboxEvent read() {
        String version = text("specversion");
        if (!version.equals("1.0")) {
            throw wrong("specversion", "1.0", version);
        }
        if (sequence() != null) {
            checkLength("source");
            checkLength("subject");
        }
        return new InboxEvent(
                id(),
                type(),
                text("source"),
                text("subject"),
                time(),
                sequence(),
                traceparent(),
                data(),
                EventOrder.UNKNOWN);
    }

    /** As far as its place among the events of its subject: null where that or the envelope cannot be read. */
    @Nullable
    InboxEvent readNumbered() {
        if (envelope.getValue("sequence") == null) {
            return null;
        }
        try {
            return read();
        } catch (MalformedEventException ofAnotherVersion) {
            return null;
        }
    }

    private UUID id() {
        String id = text("id");
        try {
            UUID parsed = UUID.fromString(id);
            if (parsed.toString().equalsIgnoreCase(id)) {
                return parsed;
            }
        } catch (IllegalArgumentException notAUuid) {
            // Thrown below with the other spellings that Java accepts and PostgreSQL does not.
        }
        throw wrong("id", "a UUID", id);
    }

    private Instant time() {
        String time = text("time");
        try {
            return Instant.parse(time);
        } catch (DateTimeException notATime) {
            throw wrong("time", "an RFC 3339 timestamp", time);
        }
    }

    /** The CloudEvents sequence extension is a string; a JSON integer is taken as well. */
    private @Nullable Long sequence() {
        Object value = envelope.getValue("sequence");
        if (value == null) {
            return null;
        }
        try {
            return Long.valueOf(value.toString());
        } catch (NumberFormatException notANumber) {
            throw wrong("sequence", "an integer", value.toString());
        }
    }

    /** W3C Trace Context: one that cannot be read is ignored. */
    private @Nullable String traceparent() {
        return envelope.getValue("traceparent") instanceof String text && Traceparent.isValid(text) ? text : null;
    }

    private JsonObject data() {
        if (envelope.getValue("data") instanceof JsonObject data) {
            return data;
        }
        throw new MalformedEventException("data must be a JSON object");
    }

    /** The two are the key under which the position is remembered, and an index entry has its limit. */
    private void checkLength(String name) {
        if (text(name).length() > LONGEST_KEY) {
            throw new MalformedEventException(
                    name + " of a numbered event must not be longer than " + LONGEST_KEY + " characters");
        }
    }

    private String text(String name) {
        Object value = envelope.getValue(name);
        if (value instanceof String text && !text.isBlank()) {
            if (text.indexOf('\0') >= 0) {
                throw new MalformedEventException(name + " must not contain NUL");
            }
            return text;
        }
        throw new MalformedEventException(name + (value == null ? " is missing" : " must be a non-blank string"));
    }

    private static MalformedEventException wrong(String name, String expected, String found) {
        String shown = found.length() <= 64 ? found : found.substring(0, 64) + "…";
        return new MalformedEventException(name + " must be " + expected + ", not \"" + shown + "\"");
    }
}
