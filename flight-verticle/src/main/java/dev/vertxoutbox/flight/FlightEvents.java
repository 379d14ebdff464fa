package dev.vertxoutbox.flight;

import dev.vertxoutbox.outbox.OutboxEvent;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.slf4j.Logger;

/** The events that this module announces, as in {@code asyncapi.yaml}. */
final class FlightEvents {

    private static final String TOPIC = "flight";
    private static final String SOURCE = "/flight";

    private FlightEvents() {}

    static OutboxEvent booked(BookingRequest request) {
        JsonObject data = bookingId(request.id()).mergeIn(request.flight().toJson());
        return event("flight.booked", 1, request.id(), data, request.traceparent());
    }

    static OutboxEvent cancelled(Booking booking, String traceparent) {
        return event("flight.cancelled", 2, booking.id(), bookingId(booking.id()), traceparent);
    }

    /** For those who follow single bookings through the log. */
    static void tell(Logger log, OutboxEvent event) {
        String traceparent = event.traceparent();
        if (log.isDebugEnabled() && traceparent != null) {
            Traceparent.addTo(log.atDebug(), traceparent)
                    .addKeyValue("eventId", event.id())
                    .addKeyValue("eventType", event.type())
                    .addKeyValue("subject", event.subject())
                    .log("Committed a booking's change with its event");
        }
    }

    private static JsonObject bookingId(UUID id) {
        return new JsonObject().put("bookingId", id.toString());
    }

    private static OutboxEvent event(String type, long sequence, UUID id, JsonObject data, String traceparent) {
        return new OutboxEvent(UUID.randomUUID(), TOPIC, id.toString(), type, data, SOURCE, sequence, traceparent);
    }
}
