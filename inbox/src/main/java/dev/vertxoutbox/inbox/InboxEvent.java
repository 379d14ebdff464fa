package dev.vertxoutbox.inbox;

import io.opentelemetry.context.Context;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;

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
 * @param traceparent W3C trace context to carry on to events written in reaction: that of the span in which the event is
 *     processed where spans are recorded, else what its producer wrote
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

    /**
     * The parent for spans of what is done in reaction.
     *
     * @return a context with the span that {@link #traceparent} names; the root context without one
     */
    public Context traceContext() {
        return Traceparent.context(traceparent);
    }

    /**
     * Says in a log line which event it is about: adds {@code eventId}, {@code eventType} and {@code subject}, and {@code
     * traceId} and {@code spanId} if it has a trace context.
     *
     * @param line to be added to
     * @return the line
     */
    public LoggingEventBuilder addTo(LoggingEventBuilder line) {
        LoggingEventBuilder described =
                line.addKeyValue("eventId", id).addKeyValue("eventType", type).addKeyValue("subject", subject);
        String trace = traceparent;
        return trace == null
                ? described
                : described
                        .addKeyValue("traceId", () -> Traceparent.traceId(trace))
                        .addKeyValue("spanId", () -> Traceparent.spanId(trace));
    }

    InboxEvent withTraceparent(String newTraceparent) {
        return new InboxEvent(id, type, source, subject, time, sequence, newTraceparent, data, order);
    }

    InboxEvent with(EventOrder found) {
        return new InboxEvent(id, type, source, subject, time, sequence, traceparent, data, found);
    }
}
