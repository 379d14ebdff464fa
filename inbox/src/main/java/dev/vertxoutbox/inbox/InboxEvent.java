package dev.vertxoutbox.inbox;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as its producer wrote it: a <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">
 * CloudEvent 1.0</a> in structured JSON.
 *
 * @param id identity of the event: the same in every delivery, and what the inbox deduplicates on
 * @param type such as {@code flight.booked}; selects the handler
 * @param source URI reference of the producer
 * @param subject what the event is about; events of one subject share a message group
 * @param time when the event was written
 * @param sequence position among the events of its source and subject, counted from 1, when the producer numbers them
 * @param traceparent W3C trace context to carry on to events written in reaction
 * @param data payload; do not change it
 * @param order where it stands among the events of its subject; {@link EventOrder#UNKNOWN} before the inbox has looked
 */
public record InboxEvent(
        UUID id,
        String type,
        String source,
        String subject,
        Instant time,
        @Nullable Long sequence,
        @Nullable String traceparent,
        JsonObject data,
        EventOrder order) {

    /**
     * Reads a message body.
     *
     * @param body CloudEvents structured JSON
     * @return the event
     * @throws MalformedEventException naming the attribute that is missing or wrong
     */
    public static InboxEvent parse(String body) {
        return new CloudEvent(body).read();
    }

    InboxEvent with(EventOrder found) {
        return new InboxEvent(id, type, source, subject, time, sequence, traceparent, data, found);
    }
}
