package dev.vertxoutbox.flight;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A flight to be booked.
 *
 * @param id of the booking, if this request is the one that makes it
 * @param key of all requests with the same one, also at the same time, one books
 * @param traceparent goes with the event
 */
record BookingRequest(UUID id, Flight flight, @Nullable IdempotencyKey key, String traceparent) {

    IdempotencyKey requiredKey() {
        return Objects.requireNonNull(key);
    }
}
