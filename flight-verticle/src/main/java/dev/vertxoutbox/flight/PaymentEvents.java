package dev.vertxoutbox.flight;

import dev.vertxoutbox.inbox.EventHandler;
import dev.vertxoutbox.inbox.InboxEvent;
import dev.vertxoutbox.inbox.MalformedEventException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What payment events do to bookings. Only a PENDING booking changes: an event that comes after a cancellation, or one that
 * contradicts an earlier one, leaves the booking as it is.
 */
final class PaymentEvents {
    private static final Logger log = LoggerFactory.getLogger(PaymentEvents.class);

    private final BookingStore store = new BookingStore();

    Map<String, EventHandler> handlers() {
        return Map.of(
                "payment.authorized", settling(Status.CONFIRMED),
                "payment.declined", settling(Status.REJECTED),
                // Follows a cancellation, which has set the status.
                "payment.refunded", EventHandler.transactional((tx, event) -> Future.succeededFuture()));
    }

    private EventHandler settling(Status status) {
        return EventHandler.transactional((tx, event) -> settle(tx, event, status));
    }

    private Future<Void> settle(SqlConnection tx, InboxEvent event, Status status) {
        UUID id = bookingId(event);
        return store.settle(tx, id, status).map(settled -> {
            if (settled == null) {
                event.addTo(log.atInfo()).addKeyValue("bookingId", id).log("No pending booking for payment event");
            }
            return null;
        });
    }

    private static UUID bookingId(InboxEvent event) {
        Object id = event.data().getValue("bookingId");
        try {
            return UUID.fromString(String.valueOf(id));
        } catch (IllegalArgumentException e) {
            throw new MalformedEventException("data.bookingId of " + event.type() + " must be a UUID, not " + id);
        }
    }
}
