package dev.vertxoutbox.payment;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.util.UUID;

/**
 * A gateway that moves no money: it declines amounts above a limit, and keeps books as a provider would, in transactions
 * of its own.
 */
final class SimulatedGateway implements PaymentGateway {

    // One statement, so that of two calls with one key exactly one is recorded and both get its answer.
    private static final String RECORD = """
            INSERT INTO payment.simulated_charge (idempotency_key, kind, booking_id, amount, currency)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (idempotency_key) DO UPDATE SET idempotency_key = excluded.idempotency_key
            RETURNING kind
            """;

    private static final String REFUND = """
            INSERT INTO payment.simulated_charge (idempotency_key, kind, booking_id, amount, currency)
            SELECT $1, 'refund', booking_id, amount, currency
            FROM payment.simulated_charge WHERE booking_id = $2 AND kind = 'charge'
            ON CONFLICT DO NOTHING
            """;

    private final Pool books;
    private final BigDecimal limit;

    SimulatedGateway(Pool books, BigDecimal limit) {
        this.books = books;
        this.limit = limit;
    }

    @Override
    public Future<Authorization> authorize(UUID idempotencyKey, UUID bookingId, Money amount) {
        String kind = amount.amount().compareTo(limit) > 0 ? "decline" : "charge";
        return record(idempotencyKey, kind, bookingId, amount)
                .map(recorded -> recorded.equals("charge") ? Authorization.AUTHORIZED : Authorization.DECLINED);
    }

    @Override
    public Future<Void> refund(UUID idempotencyKey, UUID bookingId) {
        return books.preparedQuery(REFUND)
                .execute(Tuple.of(idempotencyKey, bookingId))
                .mapEmpty();
    }

    private Future<String> record(UUID idempotencyKey, String kind, UUID bookingId, Money amount) {
        return books.preparedQuery(RECORD)
                .execute(Tuple.of(idempotencyKey, kind, bookingId, amount.amount(), amount.currency()))
                .map(rows -> rows.iterator().next().getString("kind"));
    }
}
