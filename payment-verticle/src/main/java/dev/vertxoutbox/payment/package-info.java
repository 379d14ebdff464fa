/**
 * Payments: takes {@code flight.booked} and {@code flight.cancelled} events, asks a payment gateway, and announces the
 * outcome as {@code payment.authorized}, {@code payment.declined} or {@code payment.refunded} on topic {@code payment}.
 *
 * <p>What holds, whatever is delivered twice, late or out of order: a booking is charged at most once; one that was
 * cancelled before it was charged never is; a cancelled booking that was charged is refunded.
 *
 * <p>How: a payment is committed as PENDING, with the event's id as the key of its charge, before the gateway is asked,
 * outside any transaction. Its outcome, the event that announces it and the mark that the incoming event was taken are one
 * transaction. After a crash in between, the event comes again and asks under the same key; until then the row shows which
 * charge is in doubt. A cancellation cancels the charge under that key, made or not.
 *
 * <h2>When the gateway does not answer</h2>
 *
 * <p>A call is given up after 10 s and repeated with full jitter, 200 ms to 15 s. After five failures in a row the circuit
 * opens: payments wait, and one at a time tries. Messages are held meanwhile, not given back, so that an outage uses up
 * none of the receives that the queue's redrive policy grants; they count as in flight, so that polls end when the inbox is
 * full. A message is given back after 10 hours or when the service stops. With {@code maxReceiveCount} 10 an outage thus
 * sends nothing to the dead-letter queue in the four days that SQS keeps messages by default, unless the service is
 * restarted ten times during it. Set a higher count for a queue that keeps them longer.
 *
 * <h2>Meters</h2>
 *
 * <p>Beside those of the inbox: {@code payment.gateway.failures} counts calls without an answer; {@code
 * payment.gateway.circuit} is 1 while payments wait for the gateway.
 *
 * <p>Deploy {@link dev.vertxoutbox.payment.PaymentVerticle}. The gateway is simulated: see
 * {@link dev.vertxoutbox.payment.PaymentGateway} for the port that a real one implements.
 */
@NullMarked
package dev.vertxoutbox.payment;

import org.jspecify.annotations.NullMarked;
