package dev.vertxoutbox.flight;

import io.vertx.core.json.JsonObject;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A flight as the customer asked for it.
 *
 * @param departure in UTC, to the microsecond, as PostgreSQL keeps it
 * @param arrival later than the departure, likewise
 */
record Flight(
        String departureAirport,
        String arrivalAirport,
        OffsetDateTime departure,
        OffsetDateTime arrival,
        @Nullable Fare fare) {

    JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("departureAirport", departureAirport)
                .put("arrivalAirport", arrivalAirport)
                .put("departureDateTime", departure.toInstant().toString())
                .put("arrivalDateTime", arrival.toInstant().toString());
        return fare == null ? json : json.put("fare", fare.toJson());
    }

    @Nullable
    String fareAmount() {
        return fare == null ? null : fare.amount().toPlainString();
    }

    @Nullable
    String fareCurrency() {
        return fare == null ? null : fare.currency();
    }
}
