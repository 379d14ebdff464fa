package dev.vertxoutbox.flight;

import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.UUID;

/** Sends payment events as the relay of the payment service does. */
record PaymentQueue(TestQueues queues) {

    UUID send(String type, UUID bookingId) {
        UUID eventId = UUID.randomUUID();
        send(type, bookingId, eventId);
        return eventId;
    }

    void send(String type, UUID bookingId, UUID eventId) {
        JsonObject data = new JsonObject()
                .put("bookingId", bookingId.toString())
                .put("paymentId", UUID.randomUUID().toString())
                .put("amount", 129.90)
                .put("currency", "EUR");
        if (type.equals("payment.declined")) {
            data.put("reason", "above the limit");
        }
        send(type, bookingId.toString(), eventId, data);
    }

    void send(String type, String subject, UUID eventId, JsonObject data) {
        JsonObject event = new JsonObject()
                .put("specversion", "1.0")
                .put("id", eventId.toString())
                .put("source", "/payment")
                .put("type", type)
                .put("subject", subject)
                .put("time", Instant.now().toString())
                .put("datacontenttype", "application/json")
                .put("sequence", type.equals("payment.refunded") ? "2" : "1")
                .put("data", data);
        queues.client()
                .sendMessage(message -> message.queueUrl(queues.paymentUrl())
                        .messageBody(event.encode())
                        .messageGroupId(subject)
                        // A redrive changes it: the event's id is what counts.
                        .messageDeduplicationId(UUID.randomUUID().toString()))
                .join();
    }
}
