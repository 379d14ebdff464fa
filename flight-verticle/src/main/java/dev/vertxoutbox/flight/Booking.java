package dev.vertxoutbox.flight;

import io.vertx.core.json.JsonObject;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * A booked flight.
 *
 * @param version 1 when booked, one more with each change of status
 */
record Booking(UUID id, Status status, int version, Flight flight, OffsetDateTime createdAt) {

    /** As schema {@code Booking} of the contract. */
    JsonObject toJson() {
        return new JsonObject()
                .put("id", id.toString())
                .put("status", status.name())
                .put("version", version)
                .mergeIn(flight.toJson())
                .put("createdAt", createdAt.toInstant().toString());
    }
}
