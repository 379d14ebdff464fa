package dev.vertxoutbox.payment;

import dev.vertxoutbox.inbox.InboxEvent;
import dev.vertxoutbox.inbox.MalformedEventException;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What payments need of a flight event's data. */
record BookedFlight(UUID bookingId, Money fare) {

    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
    private static final BigDecimal GREATEST_AMOUNT = new BigDecimal(1_000_000);

    /** @throws MalformedEventException if the data is not as the contract says: no redelivery would mend it */
    static BookedFlight from(InboxEvent event) {
        return new BookedFlight(
                bookingId(event.data().getValue("bookingId")), fare(event.data().getValue("fare")));
    }

    private static UUID bookingId(@Nullable Object value) {
        try {
            return UUID.fromString(String.valueOf(value));
        } catch (IllegalArgumentException e) {
            throw new MalformedEventException("data.bookingId must be a UUID");
        }
    }

    private static Money fare(@Nullable Object value) {
        if (value == null) {
            return Money.NOTHING;
        }
        if (!(value instanceof JsonObject fare)) {
            throw new MalformedEventException("data.fare must be an object");
        }
        return new Money(amount(fare.getValue("amount")), currency(fare.getValue("currency")));
    }

    private static BigDecimal amount(@Nullable Object value) {
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            BigDecimal amount = new BigDecimal(number.toString());
            // The range first: to scale 1E+1000000000 would take all memory.
            if (amount.signum() >= 0
                    && amount.compareTo(GREATEST_AMOUNT) <= 0
                    && amount.stripTrailingZeros().scale() <= 2) {
                return amount.setScale(2);
            }
        }
        throw new MalformedEventException(
                "data.fare.amount must be a number from 0 to " + GREATEST_AMOUNT + " with at most two decimals");
    }

    private static String currency(@Nullable Object value) {
        if (value instanceof String currency && CURRENCY.matcher(currency).matches()) {
            return currency;
        }
        throw new MalformedEventException("data.fare.currency must be three capital letters");
    }
}
