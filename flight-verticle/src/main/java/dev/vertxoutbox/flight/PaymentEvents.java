package dev.vertxoutbox.flight;

import dev.vertxoutbox.inbox.EventHandler;
import dev.vertxoutbox.inbox.InboxEvent;
import dev.vertxoutbox.inbox.MalformedEventException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What payment events do to bookings. Only a PENDING booking changes: an event that comes after a cancellation, or one that
 * contradicts an earlier one, leaves the booking as it is.
 */
final class PaymentEvents {
    private static final Logger log = LoggerFactory.getLogger(PaymentEvents.class);

    private static final Map<String, Status> EARNED =
            Map.of("payment.authorized", Status.CONFIRMED, "payment.declined", Status.REJECTED);

    private final BookingStore store = new BookingStore();

    Map<String, EventHandler> handlers() {
        EventHandler settling = EventHandler.batched(this::settle);
        Map<String, EventHandler> handlers = new HashMap<>();
        EARNED.keySet().forEach(type -> handlers.put(type, settling));
        // Follows a cancellation, which has set the status.
        handlers.put("payment.refunded", EventHandler.transactional((tx, event) -> Future.succeededFuture()));
        return handlers;
    }

    /** Fails if two are of one booking, which share no transaction when they are numbered: then each comes alone. */
    private Future<Void> settle(SqlConnection tx, List<InboxEvent> events) {
        Map<UUID, InboxEvent> byBooking =
                events.stream().collect(Collectors.toMap(PaymentEvents::bookingId, event -> event));
        Map<UUID, Status> statuses = new HashMap<>();
        byBooking.forEach((id, event) -> statuses.put(id, EARNED.get(event.type())));
        return store.settle(tx, statuses).map(settled -> {
            byBooking.forEach((id, event) -> {
                if (!settled.contains(id)) {
                    event.addTo(log.atInfo()).addKeyValue("bookingId", id).log("No pending booking for payment event");
                }
            });
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
