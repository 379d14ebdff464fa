package dev.vertxoutbox.payment;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.UUID;

/** The table {@code payment.payment}. */
final class PaymentStore {

    private static final String FIND = "SELECT * FROM payment.payment WHERE booking_id = $1";

    private static final String INSERT = """
            INSERT INTO payment.payment (id, booking_id, charge_key, status, amount, currency)
            VALUES ($1, $2, $3, $4, $5, $6)
            """;

    private static final String OPEN = INSERT + "ON CONFLICT (booking_id) DO NOTHING RETURNING *";

    private static final String CHANGE = """
            UPDATE payment.payment SET status = $3, reason = $4, updated_at = now()
            WHERE id = $1 AND status = $2
            """;

    private final Pool pool;

    PaymentStore(Pool pool) {
        this.pool = pool;
    }

    Future<Optional<Payment>> find(UUID bookingId) {
        return pool.preparedQuery(FIND)
                .mapping(Payment::from)
                .execute(Tuple.of(bookingId))
                .map(PaymentStore::first);
    }

    /**
     * Records a payment at once, in a transaction of its own.
     *
     * @return the payment that the booking has: this one, or one recorded before
     */
    Future<Payment> open(Payment payment) {
        return pool.preparedQuery(OPEN)
                .mapping(Payment::from)
                .execute(values(payment))
                .map(PaymentStore::first)
                .compose(opened -> opened.isPresent() ? Future.succeededFuture(opened) : find(payment.bookingId()))
                .map(Optional::orElseThrow);
    }

    /** Fails with a unique violation (23505) if the booking has a payment already. */
    Future<Void> insert(SqlConnection tx, Payment payment) {
        return tx.preparedQuery(INSERT).execute(values(payment)).mapEmpty();
    }

    /** Fails if the payment is not as it was found (any more): the event is then taken up again from the start. */
    Future<Void> change(SqlConnection tx, Payment found, Payment next) {
        return tx.preparedQuery(CHANGE)
                .execute(Tuple.of(
                        found.id(), found.status().name(), next.status().name(), next.reason()))
                .compose(updated -> updated.rowCount() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture(new IllegalStateException("payment " + found.id()
                                + " changed while it was " + found.status() + " and to become " + next.status())));
    }

    private static Tuple values(Payment payment) {
        return Tuple.of(
                payment.id(),
                payment.bookingId(),
                payment.chargeKey(),
                payment.status().name(),
                payment.money().amount(),
                payment.money().currency());
    }

    private static Optional<Payment> first(RowSet<Payment> rows) {
        return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
    }
}
