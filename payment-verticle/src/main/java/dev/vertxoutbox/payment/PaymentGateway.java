package dev.vertxoutbox.payment;

import io.vertx.core.Future;
import java.util.UUID;

/**
 * Port to whoever moves the money. A call that fails got no answer and may or may not have taken effect: ask again with
 * the same key. Only {@link KeyReusedException} is an answer, and final.
 */
public interface PaymentGateway {

    /** The gateway's answer to a request for money. */
    enum Authorization {
        /** The amount is charged. */
        AUTHORIZED,
        /** Nothing is charged, and asking again would not help. */
        DECLINED
    }

    /** The idempotency key belongs to another request: an error of the caller that no repetition mends. */
    final class KeyReusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** @param idempotencyKey the key that was used for something else before */
        public KeyReusedException(UUID idempotencyKey) {
            super("idempotency key " + idempotencyKey + " belongs to another request");
        }
    }

    /**
     * Charges an amount.
     *
     * @param idempotencyKey names the charge: the same key again is the same charge, gets the first answer and charges
     *     nothing
     * @return the answer; {@code DECLINED} as well if the charge was cancelled before it was asked for. Fails with
     *     {@link KeyReusedException} if the key was used for another booking or amount
     */
    Future<Authorization> authorize(UUID idempotencyKey, UUID bookingId, Money amount);

    /**
     * Cancels a charge: gives it back if it was made, and keeps it from being made later if not, so that a request that
     * still is on its way charges nothing.
     *
     * @param idempotencyKey the same key again is the same cancellation; a charge is given back once under any key
     * @param chargeKey the key under which the charge was, or will be, asked for
     * @return completes when nothing is charged and nothing will be. Fails with {@link KeyReusedException} if one of the
     *     keys was used for something else
     */
    Future<Void> cancel(UUID idempotencyKey, UUID chargeKey, UUID bookingId);
}
