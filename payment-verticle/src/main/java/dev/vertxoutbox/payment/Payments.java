package dev.vertxoutbox.payment;

import dev.vertxoutbox.inbox.Effect;
import dev.vertxoutbox.inbox.EventHandler;
import dev.vertxoutbox.inbox.InboxEvent;
import dev.vertxoutbox.outbox.Outbox;
import dev.vertxoutbox.payment.PaymentGateway.Authorization;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * What a flight event means for its payment. Right under any order of arrival: a booking that was cancelled before its
 * {@code flight.booked} arrived has a row that says so, and is never charged.
 */
final class Payments {

    private static final int GATEWAY_TIMEOUT_SECONDS = 10;
    private static final String DECLINED = "the gateway declined the amount";

    private final PaymentStore store;
    private final PaymentGateway gateway;
    private final Outbox outbox;

    Payments(PaymentStore store, PaymentGateway gateway, Outbox outbox) {
        this.store = store;
        this.gateway = gateway;
        this.outbox = outbox;
    }

    Map<String, EventHandler> handlers() {
        return Map.of("flight.booked", this::booked, "flight.cancelled", this::cancelled);
    }

    private Future<Effect> booked(InboxEvent event) {
        BookedFlight flight = BookedFlight.from(event);
        return store.find(flight.bookingId())
                .compose(known -> known.isEmpty() ? charge(event, flight) : keep(event, known.get()));
    }

    /**
     * Charges nothing. An earlier try may have charged a booking and been lost before its commit, and the booking been
     * cancelled since: what that try took is given back.
     */
    private Future<Effect> keep(InboxEvent event, Payment known) {
        if (known.status() != Payment.Status.CANCELLED) {
            return Future.succeededFuture(Effect.none());
        }
        UUID key = UUID.nameUUIDFromBytes(("refund of " + event.id()).getBytes(StandardCharsets.UTF_8));
        return giveBack(key, known.bookingId()).map(Effect.none());
    }

    private Future<Effect> charge(InboxEvent event, BookedFlight flight) {
        return gateway.authorize(event.id(), flight.bookingId(), flight.fare())
                .timeout(GATEWAY_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .map(answer -> outcome(flight, answer))
                .map(payment -> tx -> store.insert(tx, payment)
                        .compose(inserted -> outbox.append(tx, PaymentEvents.outcome(payment, event))));
    }

    private static Payment outcome(BookedFlight flight, Authorization answer) {
        return answer == Authorization.AUTHORIZED
                ? Payment.of(flight.bookingId(), Payment.Status.AUTHORIZED, flight.fare(), null)
                : Payment.of(flight.bookingId(), Payment.Status.DECLINED, flight.fare(), DECLINED);
    }

    private Future<Effect> cancelled(InboxEvent event) {
        UUID bookingId = BookedFlight.from(event).bookingId();
        return store.find(bookingId)
                .compose(known -> known.isEmpty() ? bar(event, bookingId) : settle(event, known.get()));
    }

    /** Even without a payment there may be something to give back: a charge whose commit was lost. */
    private Future<Effect> bar(InboxEvent event, UUID bookingId) {
        Payment never = Payment.of(bookingId, Payment.Status.CANCELLED, Money.NOTHING, null);
        return giveBack(event.id(), bookingId).map(done -> tx -> store.insert(tx, never));
    }

    private Future<Effect> settle(InboxEvent event, Payment payment) {
        return payment.status() != Payment.Status.AUTHORIZED
                ? Future.succeededFuture(Effect.none())
                : giveBack(event.id(), payment.bookingId())
                        .map(done -> tx -> store.markRefunded(tx, payment)
                                .compose(marked -> outbox.append(tx, PaymentEvents.refunded(payment, event))));
    }

    private Future<Void> giveBack(UUID idempotencyKey, UUID bookingId) {
        return gateway.refund(idempotencyKey, bookingId).timeout(GATEWAY_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
}
