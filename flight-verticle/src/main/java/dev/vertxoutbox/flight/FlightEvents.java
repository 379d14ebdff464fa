package dev.vertxoutbox.flight;

import dev.vertxoutbox.outbox.OutboxEvent;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The events that this module announces, as in {@code asyncapi.yaml}. */
final class FlightEvents {

    private static final String TOPIC = "flight";
    private static final String SOURCE = "/flight";

    private FlightEvents() {}

    static OutboxEvent booked(Booking booking, @Nullable String traceparent) {
        return event(
                "flight.booked",
                1,
                booking,
                bookingId(booking).mergeIn(booking.flight().toJson()),
                traceparent);
    }

    static OutboxEvent cancelled(Booking booking, @Nullable String traceparent) {
        return event("flight.cancelled", 2, booking, bookingId(booking), traceparent);
    }

    private static JsonObject bookingId(Booking booking) {
        return new JsonObject().put("bookingId", booking.id().toString());
    }

    private static OutboxEvent event(
            String type, long sequence, Booking booking, JsonObject data, @Nullable String traceparent) {
        return OutboxEvent.of(TOPIC, booking.id().toString(), type, data)
                .withSource(SOURCE)
                .withSequence(sequence)
                .withTraceparent(traceparent);
    }
}
