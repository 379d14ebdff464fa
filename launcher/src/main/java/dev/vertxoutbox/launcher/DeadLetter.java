package dev.vertxoutbox.launcher;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/** What an operator is shown of a dead letter: what it is about and why it is there, not what it says. */
final class DeadLetter {
    private static final List<String> SHOWN = List.of("id", "type", "source", "subject", "time", "sequence");
    private static final int LONGEST = 256;

    private DeadLetter() {}

    static JsonObject toJson(Message message) {
        JsonObject shown = new JsonObject().put("messageId", message.messageId());
        putTime(shown, "sentAt", message, MessageSystemAttributeName.SENT_TIMESTAMP);
        String receives = message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
        if (receives != null) {
            shown.put("receives", Integer.valueOf(receives));
        }
        put(shown, "group", message.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID));
        MessageAttributeValue reason = message.messageAttributes().get(DeadLetterQueue.REASON);
        put(shown, "reason", reason == null ? null : reason.stringValue());
        JsonObject event = event(message.body());
        return event.isEmpty() ? shown : shown.put("event", event);
    }

    /** The attributes of its event, as far as they can be read; a number is shown as the text that it should be. */
    private static JsonObject event(String body) {
        JsonObject event = new JsonObject();
        try {
            Map<String, Object> envelope = new JsonObject(body).getMap();
            for (String name : SHOWN) {
                Object value = envelope.get(name);
                put(event, name, value instanceof String || value instanceof Number ? value.toString() : null);
            }
        } catch (DecodeException notAnEvent) {
            // What there is to say about it is in the reason.
        }
        return event;
    }

    private static void putTime(JsonObject json, String name, Message message, MessageSystemAttributeName attribute) {
        String millis = message.attributes().get(attribute);
        if (millis != null) {
            json.put(name, Instant.ofEpochMilli(Long.parseLong(millis)).toString());
        }
    }

    private static void put(JsonObject json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value.length() <= LONGEST ? value : value.substring(0, LONGEST) + "…");
        }
    }
}
