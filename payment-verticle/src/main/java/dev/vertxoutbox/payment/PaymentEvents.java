package dev.vertxoutbox.payment;

import dev.vertxoutbox.inbox.InboxEvent;
import dev.vertxoutbox.outbox.OutboxEvent;
import io.vertx.core.json.JsonObject;

/** The events that announce payments: see {@code asyncapi.yaml}. */
final class PaymentEvents {

    private static final String TOPIC = "payment";
    private static final String SOURCE = "/payment";

    // A booking has at most two payment events, always in this order.
    private static final long OUTCOME = 1;
    private static final long REFUND = 2;

    private PaymentEvents() {}

    /** The outcome of a request for money. */
    static OutboxEvent outcome(Payment payment, InboxEvent cause) {
        return payment.status() == Payment.Status.AUTHORIZED
                ? event("payment.authorized", OUTCOME, payment, data(payment), cause)
                : event("payment.declined", OUTCOME, payment, data(payment).put("reason", payment.reason()), cause);
    }

    static OutboxEvent refunded(Payment payment, InboxEvent cause) {
        return event("payment.refunded", REFUND, payment, data(payment), cause);
    }

    private static OutboxEvent event(String type, long sequence, Payment payment, JsonObject data, InboxEvent cause) {
        return OutboxEvent.of(TOPIC, payment.bookingId().toString(), type, data)
                .withSource(SOURCE)
                .withSequence(sequence)
                .withTraceparent(cause.traceparent());
    }

    private static JsonObject data(Payment payment) {
        return new JsonObject()
                .put("bookingId", payment.bookingId().toString())
                .put("paymentId", payment.id().toString())
                .put("amount", payment.money().amount())
                .put("currency", payment.money().currency());
    }
}
