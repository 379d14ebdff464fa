package dev.vertxoutbox.outbox;

import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An event to append. What the queue could never take is refused here, where the mistake can still be seen, and not
 * when the relay meets it.
 *
 * @param id identifies the event for good: consumers take each id once. A random UUID unless set
 * @param topic names the destination, as in the relay's routes; 1 to 255 printable ASCII characters
 * @param subject what the event is about. Events of one topic and subject are sent in order. It becomes the SQS message
 *     group id: 1 to 128 printable ASCII characters without spaces
 * @param type what happened, such as {@code flight.booked}; 1 to 255 printable ASCII characters
 * @param data the payload, at most {@link #MAX_DATA_BYTES} bytes as UTF-8 JSON
 * @param source URI reference of the writer (CloudEvents {@code source}), or null for {@code /topic}
 * @param sequence number of the event within its topic and subject, from 1, or null when the writer does not count
 * @param traceparent W3C trace context, or null
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatchRequestEntry.html">
 *     SendMessageBatchRequestEntry</a>
 */
public record OutboxEvent(
        UUID id,
        String topic,
        String subject,
        String type,
        JsonObject data,
        @Nullable String source,
        @Nullable Long sequence,
        @Nullable String traceparent) {

    /** Largest payload in bytes: an SQS message holds 1 MiB, of which 8 KiB are kept for the envelope. */
    public static final int MAX_DATA_BYTES = 1024 * 1024 - 8 * 1024;

    private static final Pattern NAME = Pattern.compile("[\\x21-\\x7E]{1,255}");
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    private static final Pattern GROUP_ID = Pattern.compile("[\\x21-\\x7E]{1,128}");

    /** @throws IllegalArgumentException if a component is not as documented; the message names it and its value */
    public OutboxEvent {
        require("topic", topic, NAME, "1 to 255 printable ASCII characters");
        require("subject", subject, GROUP_ID, "1 to 128 printable ASCII characters, as SQS asks of a message group id");
        require("type", type, NAME, "1 to 255 printable ASCII characters");
        if (source != null) {
            require("source", source, NAME, "a URI reference of 1 to 255 printable ASCII characters");
        }
        if (traceparent != null) {
            require(
                    "traceparent",
                    traceparent,
                    TRACEPARENT,
                    "a W3C trace context such as 00-<trace id>-<parent id>-01");
        }
        if (sequence != null && sequence < 1) {
            throw new IllegalArgumentException("sequence " + sequence + " of an outbox event must be 1 or more");
        }
    }

    /** An event with a random id and without the optional parts. */
    public static OutboxEvent of(String topic, String subject, String type, JsonObject data) {
        return new OutboxEvent(UUID.randomUUID(), topic, subject, type, data, null, null, null);
    }

    /** The same event under another id. */
    public OutboxEvent withId(UUID newId) {
        return new OutboxEvent(newId, topic, subject, type, data, source, sequence, traceparent);
    }

    /** The same event from the given source. */
    public OutboxEvent withSource(@Nullable String newSource) {
        return new OutboxEvent(id, topic, subject, type, data, newSource, sequence, traceparent);
    }

    /** The same event as the given one, counted from 1, of its topic and subject. */
    public OutboxEvent withSequence(@Nullable Long newSequence) {
        return new OutboxEvent(id, topic, subject, type, data, source, newSequence, traceparent);
    }

    /** The same event within the given trace. */
    public OutboxEvent withTraceparent(@Nullable String newTraceparent) {
        return new OutboxEvent(id, topic, subject, type, data, source, sequence, newTraceparent);
    }

    private static void require(String name, String value, Pattern allowed, String description) {
        if (!allowed.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    name + " \"" + value + "\" of an outbox event must be " + description + "; change it");
        }
    }
}
