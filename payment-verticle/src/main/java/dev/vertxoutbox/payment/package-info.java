/**
 * Payments: takes {@code flight.booked} and {@code flight.cancelled} events, asks a payment gateway, and announces the
 * outcome as {@code payment.authorized}, {@code payment.declined} or {@code payment.refunded} on topic {@code payment}.
 *
 * <p>What holds, whatever is delivered twice, late or out of order: a booking is charged at most once; one that was
 * cancelled before it was charged never is; a cancelled booking that was charged is refunded. The gateway is called
 * outside any transaction with the event's id as idempotency key, so that a call repeated after a crash is the same
 * call; the payment, its event and the mark that the incoming event was taken are one transaction. Should a charge never
 * come to its commit and the booking be cancelled instead, the charge is given back by whichever event is handled last.
 *
 * <p>Deploy {@link dev.vertxoutbox.payment.PaymentVerticle}. The gateway is simulated: see
 * {@link dev.vertxoutbox.payment.PaymentGateway} for the port that a real one implements.
 */
@NullMarked
package dev.vertxoutbox.payment;

import org.jspecify.annotations.NullMarked;
