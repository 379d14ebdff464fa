package dev.vertxoutbox.payment;

import io.vertx.core.Future;
import java.util.UUID;

/** Port to whoever moves the money. */
public interface PaymentGateway {

    /** The gateway's answer to a request for money. */
    enum Authorization {
        /** The amount is charged. */
        AUTHORIZED,
        /** Nothing is charged, and asking again would not help. */
        DECLINED
    }

    /**
     * Charges an amount.
     *
     * @param idempotencyKey the same key again is the same charge: it gets the first answer and charges nothing
     * @return the answer; fails if there was none, in which case the amount may or may not be charged: ask again with
     *     the same key
     */
    Future<Authorization> authorize(UUID idempotencyKey, UUID bookingId, Money amount);

    /**
     * Gives back what is charged for a booking and not given back yet, which may be nothing.
     *
     * @param idempotencyKey the same key again is the same refund
     * @return completes when nothing is charged any more; fails if there was no answer: ask again with the same key
     */
    Future<Void> refund(UUID idempotencyKey, UUID bookingId);
}
