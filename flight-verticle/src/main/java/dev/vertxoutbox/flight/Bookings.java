package dev.vertxoutbox.flight;

import dev.vertxoutbox.flight.BookingTransaction.Booked;
import dev.vertxoutbox.outbox.Outbox;
import dev.vertxoutbox.outbox.OutboxEvent;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Books, cancels and looks up flights. Each change and its event are one transaction, which bookings share.
 *
 * <p>For use on one event loop.
 */
final class Bookings {

    /**
     * One transaction for each event loop: where the cores are what is scarce, two make groups smaller and nothing faster.
     * Pending are as many as get done in about a tenth of a second.
     */
    static final GroupCommit.Limits LIMITS = new GroupCommit.Limits(1, 512, 1_024, Duration.ofSeconds(2));

    /** Found by measuring, see ADR 10. */
    static final Admission.Limits ADMISSION = new Admission.Limits(LIMITS.pending(), 768, 128);

    private static final Logger log = LoggerFactory.getLogger(Bookings.class);
    private static final long KEY_PAUSE_MILLIS = 20;
    private static final long KEY_WAIT_SECONDS = 2;

    private final Vertx vertx;
    private final Database database;
    private final Outbox outbox;
    private final GroupCommit<BookingRequest, Booked> commits;
    private final BookingStore store = new BookingStore();
    private final Uuid7 ids = new Uuid7(Clock.systemUTC());

    Bookings(Vertx vertx, Database database, Outbox outbox, MeterRegistry meters) {
        this.vertx = vertx;
        this.database = database;
        this.outbox = outbox;
        BookingTransaction transaction = new BookingTransaction(database, outbox);
        DistributionSummary sizes = meters.summary("flight.transaction.bookings");
        this.commits = new GroupCommit<>(LIMITS, Database::rejectedContent, requests -> {
            sizes.record(requests.size());
            return transaction.commit(requests);
        });
    }

    /** Those taken in and not answered yet. */
    int pending() {
        return commits.pending();
    }

    /**
     * Books a flight and announces it.
     *
     * @param key idempotency key: of any number of requests with the same one, also at the same time, one books and the
     *     others answer with its booking
     * @return completes after the commit; fails with {@link Refusal.KeyReused} when the key belongs to another flight, and
     *     with {@link Refusal.Unavailable}
     */
    Future<Booked> book(Flight flight, @Nullable String key, String traceparent) {
        IdempotencyKey idempotencyKey = key == null ? null : IdempotencyKey.of(key, flight);
        return submit(new BookingRequest(ids.next(), flight, idempotencyKey, traceparent), System.nanoTime());
    }

    private Future<Booked> submit(BookingRequest request, long since) {
        return commits.submit(request).recover(failure -> {
            if (failure instanceof BookingTransaction.KeyBusy) {
                return submitLater(request, since);
            }
            return Future.failedFuture(
                    failure instanceof RejectedExecutionException ? new Refusal.Unavailable(failure) : failure);
        });
    }

    private Future<Booked> submitLater(BookingRequest request, long since) {
        return System.nanoTime() - since > TimeUnit.SECONDS.toNanos(KEY_WAIT_SECONDS)
                ? Future.failedFuture(new Refusal.Unavailable(null))
                : vertx.timer(KEY_PAUSE_MILLIS).compose(over -> submit(request, since));
    }

    /**
     * Cancels a booking and announces it; one that is cancelled already is returned as it is, and nothing announced.
     *
     * @return fails with {@link Refusal.Unknown} or {@link Refusal.Rejected}
     */
    Future<Booking> cancel(UUID id, String traceparent) {
        return database.inTransaction(tx -> store.cancel(tx, id)
                .compose(cancelled -> cancelled == null ? notCancelled(tx, id) : announce(tx, cancelled, traceparent)));
    }

    private Future<Booking> announce(SqlConnection tx, Booking cancelled, String traceparent) {
        OutboxEvent event = FlightEvents.cancelled(cancelled, traceparent);
        tx.transaction().completion().onSuccess(committed -> FlightEvents.tell(log, event));
        return outbox.append(tx, event).map(cancelled);
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
