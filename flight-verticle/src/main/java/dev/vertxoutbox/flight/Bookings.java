package dev.vertxoutbox.flight;

import dev.vertxoutbox.outbox.Outbox;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Books, cancels and looks up flights. Each change and its event are one transaction. */
final class Bookings {

    private final Database database;
    private final Outbox outbox;
    private final BookingStore store = new BookingStore();
    private final IdempotencyStore keys = new IdempotencyStore();
    private final Uuid7 ids = new Uuid7(Clock.systemUTC());

    Bookings(Database database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    /**
     * A booking made.
     *
     * @param replayed whether an earlier request with the same idempotency key made it
     */
    record Booked(Booking booking, boolean replayed) {}

    /**
     * Books a flight and announces it.
     *
     * @param key idempotency key: of any number of requests with the same one, also at the same time, one books and the
     *     others answer with its booking
     * @return completes after the commit; fails with {@link Refusal.KeyReused} when the key belongs to another flight
     */
    Future<Booked> book(Flight flight, @Nullable String key, @Nullable String traceparent) {
        return database.inTransaction(tx ->
                key == null ? insert(tx, ids.next(), flight, traceparent) : insertOnce(tx, key, flight, traceparent));
    }

    private Future<Booked> insert(SqlConnection tx, UUID id, Flight flight, @Nullable String traceparent) {
        return store.insert(tx, id, flight)
                .compose(booking -> outbox.append(tx, FlightEvents.booked(booking, traceparent))
                        .map(appended -> new Booked(booking, false)));
    }

    private Future<Booked> insertOnce(SqlConnection tx, String key, Flight flight, @Nullable String traceparent) {
        UUID id = ids.next();
        return keys.claim(tx, key, flight, id)
                .compose(claimed -> claimed ? insert(tx, id, flight, traceparent) : replay(tx, key, flight));
    }

    private Future<Booked> replay(SqlConnection tx, String key, Flight flight) {
        return keys.find(tx, key).compose(claim -> {
            if (claim == null) {
                // It was deleted for its age between the two statements.
                return Future.failedFuture(new Refusal.Unavailable(null));
            }
            return claim.isFor(flight)
                    ? existing(tx, claim.bookingId()).map(booking -> new Booked(booking, true))
                    : Future.failedFuture(new Refusal.KeyReused());
        });
    }

    /**
     * Cancels a booking and announces it; one that is cancelled already is returned as it is, and nothing announced.
     *
     * @return fails with {@link Refusal.Unknown} or {@link Refusal.Rejected}
     */
    Future<Booking> cancel(UUID id, @Nullable String traceparent) {
        return database.inTransaction(tx -> store.cancel(tx, id)
                .compose(cancelled -> cancelled == null
                        ? notCancelled(tx, id)
                        : outbox.append(tx, FlightEvents.cancelled(cancelled, traceparent))
                                .map(cancelled)));
    }

    private Future<Booking> notCancelled(SqlConnection tx, UUID id) {
        return existing(tx, id)
                .compose(booking -> booking.status() == Status.REJECTED
                        ? Future.failedFuture(new Refusal.Rejected(id))
                        : Future.succeededFuture(booking));
    }

    /** The booking; fails with {@link Refusal.Unknown}. */
    Future<Booking> find(UUID id) {
        return database.withConnection(connection -> existing(connection, id));
    }

    /** At most {@code limit} bookings made before the given one, or the newest, newest first. */
    Future<List<Booking>> page(@Nullable UUID before, int limit) {
        return database.withConnection(connection -> store.page(connection, before, limit));
    }

    private Future<Booking> existing(SqlConnection connection, UUID id) {
        return store.find(connection, id)
                .compose(booking -> booking == null
                        ? Future.failedFuture(new Refusal.Unknown(id))
                        : Future.succeededFuture(booking));
    }
}
