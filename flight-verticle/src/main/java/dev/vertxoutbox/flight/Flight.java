package dev.vertxoutbox.flight;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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

    /** SHA-256 of the meaning: how the request was written (spaces, order of fields, offsets) does not count. */
    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(toJson().encode().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
