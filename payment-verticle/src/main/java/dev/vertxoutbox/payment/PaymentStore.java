package dev.vertxoutbox.payment;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.templates.SqlTemplate;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The table {@code payment.payment}. */
final class PaymentStore {

    private static final String FIND = """
            SELECT id, booking_id, status, amount, currency, reason FROM payment.payment
            WHERE booking_id = #{bookingId}
            """;

    private static final String INSERT = """
            INSERT INTO payment.payment (id, booking_id, status, amount, currency, reason)
            VALUES ($1, $2, $3, $4, $5, $6)
            """;

    private static final String REFUNDED = """
            UPDATE payment.payment SET status = 'REFUNDED', updated_at = now()
            WHERE id = $1 AND status = 'AUTHORIZED'
            """;

    private final Pool pool;

    PaymentStore(Pool pool) {
        this.pool = pool;
    }

    Future<Optional<Payment>> find(UUID bookingId) {
        return SqlTemplate.forQuery(pool, FIND)
                .mapTo(Payment::from)
                .execute(Map.of("bookingId", bookingId))
                .map(rows -> {
                    RowIterator<Payment> found = rows.iterator();
                    return found.hasNext() ? Optional.of(found.next()) : Optional.empty();
                });
    }

    /** Fails with a unique violation (23505) if the booking has a payment already. */
    Future<Void> insert(SqlConnection tx, Payment payment) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.of(
                        payment.id(),
                        payment.bookingId(),
                        payment.status().name(),
                        payment.money().amount(),
                        payment.money().currency(),
                        payment.reason()))
                .mapEmpty();
    }

    /** Fails if the payment is not authorized (any more): the event is then taken up again from the start. */
    Future<Void> markRefunded(SqlConnection tx, Payment payment) {
        return tx.preparedQuery(REFUNDED)
                .execute(Tuple.of(payment.id()))
                .compose(updated -> updated.rowCount() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture(new IllegalStateException(
                                "payment " + payment.id() + " changed while it was refunded")));
    }
}
