package dev.vertxoutbox.payment;

import io.vertx.sqlclient.Row;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The payment of one booking.
 *
 * @param chargeKey idempotency key of its charge; null if the booking was cancelled before anything was asked for
 * @param reason why it was declined
 */
record Payment(
        UUID id,
        UUID bookingId,
        @Nullable UUID chargeKey,
        Status status,
        Money money,
        @Nullable String reason) {

    /** {@code PENDING -> AUTHORIZED | DECLINED | CANCELLED}, {@code AUTHORIZED -> REFUNDED}. */
    enum Status {
        /** The gateway is being asked, or was when a process died: nobody knows yet whether the amount is charged. */
        PENDING,
        AUTHORIZED,
        DECLINED,
        REFUNDED,
        /** The booking was cancelled before its payment was settled; if it was charged by then, that was given back. */
        CANCELLED
    }

    static Payment pending(UUID bookingId, UUID chargeKey, Money money) {
        return new Payment(UUID.randomUUID(), bookingId, chargeKey, Status.PENDING, money, null);
    }

    static Payment neverCharged(UUID bookingId) {
        return new Payment(UUID.randomUUID(), bookingId, null, Status.CANCELLED, Money.NOTHING, null);
    }

    Payment as(Status next, @Nullable String why) {
        return new Payment(id, bookingId, chargeKey, next, money, why);
    }

    /** @throws IllegalStateException if nothing was ever asked for */
    UUID requireChargeKey() {
        if (chargeKey == null) {
            throw new IllegalStateException("payment " + id + " is " + status + " and has no charge");
        }
        return chargeKey;
    }

    static Payment from(Row row) {
        return new Payment(
                row.getUUID("id"),
                row.getUUID("booking_id"),
                row.getUUID("charge_key"),
                Status.valueOf(row.getString("status")),
                new Money(row.getBigDecimal("amount"), row.getString("currency")),
                row.getString("reason"));
    }
}
