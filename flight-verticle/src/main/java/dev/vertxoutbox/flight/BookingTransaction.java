package dev.vertxoutbox.flight;

import dev.vertxoutbox.flight.IdempotencyStore.Claim;
import dev.vertxoutbox.flight.IdempotencyStore.Earlier;
import dev.vertxoutbox.outbox.Outbox;
import dev.vertxoutbox.outbox.OutboxEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Books flights together: their idempotency keys, bookings and events are one transaction. */
final class BookingTransaction implements GroupCommit.Transaction<BookingRequest, BookingTransaction.Booked> {

    private static final Logger log = LoggerFactory.getLogger(BookingTransaction.class);

    private final Database database;
    private final Outbox outbox;
    private final BookingStore store = new BookingStore();
    private final IdempotencyStore keys = new IdempotencyStore();

    BookingTransaction(Database database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    /**
     * A booking made.
     *
     * @param replayed whether an earlier request with the same idempotency key made it
     */
    record Booked(Booking booking, boolean replayed) {}

    /** A transaction that is not over yet has the key. To wait for it would make all others of the group wait. */
    static final class KeyBusy extends RuntimeException {
        private static final long serialVersionUID = 1L;

        KeyBusy() {
            super("Another request with this idempotency key is under way", null, false, false);
        }
    }

    /** An outcome may be {@link KeyBusy}, {@link Refusal.KeyReused} or {@link Refusal.Unavailable}. */
    @Override
    public Future<List<Future<Booked>>> commit(List<BookingRequest> requests) {
        List<OutboxEvent> events = new ArrayList<>();
        return database.inTransaction(
                        tx -> keys.claim(tx, requests).compose(claims -> book(tx, requests, claims, events)))
                .onSuccess(committed -> events.forEach(event -> FlightEvents.tell(log, event)));
    }

    /** Its statements are sent without waiting in between: PostgreSQL executes them in this order. */
    private Future<List<Future<Booked>>> book(
            SqlConnection tx, List<BookingRequest> requests, Map<UUID, Claim> claims, List<OutboxEvent> events) {
        List<BookingRequest> ours = with(Claim.OURS, requests, claims);
        ours.forEach(request -> events.add(FlightEvents.booked(request)));
        Future<OffsetDateTime> booked = store.insert(tx, ours);
        Future<Void> appended = outbox.append(tx, events);
        // After the bookings, since one of them may have taken the key.
        Future<Map<String, Earlier>> earlier = keys.find(tx, with(Claim.TAKEN, requests, claims));
        return Future.all(booked, appended, earlier)
                .map(done -> requests.stream()
                        .map(request -> switch (claimOf(request, claims)) {
                            case OURS -> Future.succeededFuture(booked(request, booked.result()));
                            case TAKEN -> replayed(request, earlier.result());
                            case BUSY -> Future.<Booked>failedFuture(new KeyBusy());
                        })
                        .toList());
    }

    private static List<BookingRequest> with(Claim claim, List<BookingRequest> requests, Map<UUID, Claim> claims) {
        return requests.stream()
                .filter(request -> claimOf(request, claims) == claim)
                .toList();
    }

    private static Claim claimOf(BookingRequest request, Map<UUID, Claim> claims) {
        return claims.getOrDefault(request.id(), Claim.OURS);
    }

    private static Booked booked(BookingRequest request, OffsetDateTime time) {
        return new Booked(new Booking(request.id(), Status.PENDING, 1, request.flight(), time), false);
    }

    private static Future<Booked> replayed(BookingRequest request, Map<String, Earlier> found) {
        IdempotencyKey key = request.requiredKey();
        Earlier earlier = found.get(key.value());
        if (earlier != null && !earlier.requestHash().equals(key.requestHash())) {
            return Future.failedFuture(new Refusal.KeyReused());
        }
        return earlier == null || earlier.booking() == null
                // It was deleted for its age between the two statements.
                ? Future.failedFuture(new Refusal.Unavailable(null))
                : Future.succeededFuture(new Booked(earlier.booking(), true));
    }
}
