package dev.vertxoutbox.payment;

import dev.vertxoutbox.inbox.Effect;
import dev.vertxoutbox.inbox.EventHandler;
import dev.vertxoutbox.inbox.InboxEvent;
import dev.vertxoutbox.outbox.Outbox;
import dev.vertxoutbox.payment.Payment.Status;
import dev.vertxoutbox.payment.PaymentGateway.Authorization;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * What a flight event means for its payment. Right under any order of arrival: a booking that was cancelled before its
 * {@code flight.booked} arrived has a row that says so, and is never charged.
 *
 * <p>The gateway is asked only for a payment whose row is committed, under the key in that row. So whoever finds the row
 * knows what may be charged: a repeated event asks for the same charge, and a cancellation cancels it. Each change of a
 * row is conditional on what was found; one that comes second fails, and its event is taken up again.
 */
final class Payments {

    private static final String DECLINED = "the gateway declined the amount";

    private final PaymentStore store;
    private final Function<InboxEvent, PaymentGateway> gateway;
    private final Outbox outbox;

    /** @param gateway to be asked because of an event */
    Payments(PaymentStore store, Function<InboxEvent, PaymentGateway> gateway, Outbox outbox) {
        this.store = store;
        this.gateway = gateway;
        this.outbox = outbox;
    }

    Map<String, EventHandler> handlers() {
        return Map.of("flight.booked", this::booked, "flight.cancelled", this::cancelled);
    }

    private Future<Effect> booked(InboxEvent event) {
        BookedFlight flight = BookedFlight.from(event);
        return store.open(Payment.pending(flight.bookingId(), event.id(), flight.fare()))
                .compose(payment -> payment.status() == Status.PENDING
                        ? charge(event, payment)
                        : Future.succeededFuture(Effect.none()));
    }

    private Future<Effect> charge(InboxEvent event, Payment payment) {
        return gateway.apply(event)
                .authorize(payment.requireChargeKey(), payment.bookingId(), payment.money())
                .map(answer -> outcome(payment, answer))
                .map(settled -> tx -> store.change(tx, payment, settled)
                        .compose(changed -> outbox.append(tx, PaymentEvents.outcome(settled, event))));
    }

    private static Payment outcome(Payment payment, Authorization answer) {
        return answer == Authorization.AUTHORIZED
                ? payment.as(Status.AUTHORIZED, null)
                : payment.as(Status.DECLINED, DECLINED);
    }

    private Future<Effect> cancelled(InboxEvent event) {
        UUID bookingId = BookedFlight.from(event).bookingId();
        return store.find(bookingId)
                .compose(known -> known.isPresent()
                        ? cancel(event, known.get())
                        : Future.succeededFuture(tx -> store.insert(tx, Payment.neverCharged(bookingId))));
    }

    private Future<Effect> cancel(InboxEvent event, Payment payment) {
        return switch (payment.status()) {
            case PENDING ->
                giveBack(event, payment)
                        .map(done -> tx -> store.change(tx, payment, payment.as(Status.CANCELLED, null)));
            case AUTHORIZED ->
                giveBack(event, payment)
                        .map(done -> tx -> store.change(tx, payment, payment.as(Status.REFUNDED, null))
                                .compose(changed -> outbox.append(tx, PaymentEvents.refunded(payment, event))));
            case DECLINED, REFUNDED, CANCELLED -> Future.succeededFuture(Effect.none());
        };
    }

    private Future<Void> giveBack(InboxEvent event, Payment payment) {
        return gateway.apply(event).cancel(event.id(), payment.requireChargeKey(), payment.bookingId());
    }
}
