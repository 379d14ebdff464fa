package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.ClaimedEvent;
import io.vertx.core.json.Json;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The message body: CloudEvents 1.0 in structured JSON. The payload is embedded as the text it was written as.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">JSON format</a>
 */
final class Envelope {

    private Envelope() {}

    static String of(ClaimedEvent event) {
        StringBuilder body = new StringBuilder(event.data().length() + 400);
        body.append("{\"specversion\":\"1.0\"");
        attribute(body, "id", event.id().toString());
        attribute(body, "source", event.source() == null ? "/" + event.topic() : event.source());
        attribute(body, "type", event.type());
        attribute(body, "subject", event.subject());
        attribute(
                body, "time", DateTimeFormatter.ISO_INSTANT.format(event.time().withOffsetSameInstant(ZoneOffset.UTC)));
        attribute(body, "datacontenttype", "application/json");
        if (event.sequence() != null) {
            attribute(body, "sequence", event.sequence().toString());
        }
        String traceparent = event.traceparent();
        if (traceparent != null && Traceparent.isValid(traceparent)) {
            attribute(body, "traceparent", traceparent);
        }
        return escapeNoncharacters(
                body.append(",\"data\":").append(event.data()).append('}').toString());
    }

    private static void attribute(StringBuilder body, String name, String value) {
        body.append(",\"").append(name).append("\":").append(Json.encode(value));
    }

    /**
     * SQS takes every character that valid JSON text may hold unescaped but these two; inside a JSON string, the only
     * place they can be in, their escape means the same.
     */
    private static String escapeNoncharacters(String json) {
        return json.indexOf('\uFFFE') < 0 && json.indexOf('\uFFFF') < 0
                ? json
                : json.replace("\uFFFE", "\\uFFFE").replace("\uFFFF", "\\uFFFF");
    }
}
