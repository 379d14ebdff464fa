package dev.vertxoutbox.payment;

import io.vertx.sqlclient.Row;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The payment of one booking. */
record Payment(
        UUID id,
        UUID bookingId,
        Status status,
        Money money,
        @Nullable String reason) {

    enum Status {
        AUTHORIZED,
        DECLINED,
        REFUNDED,
        /** The booking was cancelled before it was charged. */
        CANCELLED
    }

    static Payment of(UUID bookingId, Status status, Money money, @Nullable String reason) {
        return new Payment(UUID.randomUUID(), bookingId, status, money, reason);
    }

    static Payment from(Row row) {
        return new Payment(
                row.getUUID("id"),
                row.getUUID("booking_id"),
                Status.valueOf(row.getString("status")),
                new Money(row.getBigDecimal("amount"), row.getString("currency")),
                row.getString("reason"));
    }
}
