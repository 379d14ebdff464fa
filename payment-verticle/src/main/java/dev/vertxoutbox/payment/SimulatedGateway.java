package dev.vertxoutbox.payment;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A gateway that moves no money. It keeps books as a provider would, in transactions of its own: every charge, by its
 * idempotency key, so that it can be proved that nobody was charged twice.
 */
final class SimulatedGateway implements PaymentGateway {

    // One statement, so that of two calls with one key exactly one is recorded and both get its answer.
    private static final String RECORD = """
            INSERT INTO payment.simulated_charge AS known (idempotency_key, kind, booking_id, amount, currency)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (idempotency_key) DO UPDATE SET idempotency_key = known.idempotency_key
            RETURNING kind, booking_id, amount, currency
            """;

    private static final String REFUND = """
            INSERT INTO payment.simulated_charge (idempotency_key, kind, booking_id, amount, currency, charge_key)
            SELECT $1, 'refund', booking_id, amount, currency, idempotency_key
            FROM payment.simulated_charge WHERE idempotency_key = $2 AND kind = 'charge'
            ON CONFLICT DO NOTHING
            """;

    private static final String REFUNDED =
            "SELECT 1 FROM payment.simulated_charge WHERE charge_key = $1 AND kind = 'refund'";

    private final Vertx vertx;
    private final Pool books;
    private final Supplier<SimulatedGatewayConfig> config;
    private final RandomGenerator random;

    /** @param config how it behaves, asked at each call */
    SimulatedGateway(Vertx vertx, Pool books, Supplier<SimulatedGatewayConfig> config, RandomGenerator random) {
        this.vertx = vertx;
        this.books = books;
        this.config = config;
        this.random = random;
    }

    @Override
    public Future<Authorization> authorize(UUID idempotencyKey, UUID bookingId, Money amount) {
        SimulatedGatewayConfig now = config.get();
        boolean declined = amount.amount().compareTo(now.limit()) > 0 || random.nextDouble() < now.declineRate();
        String kind = declined ? "decline" : "charge";
        return overTheWire(() -> record(idempotencyKey, kind, bookingId, amount)
                .compose(recorded -> switch (recorded.getString("kind")) {
                    case "void" -> Future.succeededFuture(Authorization.DECLINED);
                    case "charge" -> ifFor(amount, recorded, idempotencyKey, Authorization.AUTHORIZED);
                    case "decline" -> ifFor(amount, recorded, idempotencyKey, Authorization.DECLINED);
                    default -> Future.failedFuture(new KeyReusedException(idempotencyKey));
                }));
    }

    @Override
    public Future<Void> cancel(UUID idempotencyKey, UUID chargeKey, UUID bookingId) {
        return overTheWire(() -> record(chargeKey, "void", bookingId, Money.NOTHING)
                .compose(recorded -> switch (recorded.getString("kind")) {
                    case "void", "decline" -> Future.succeededFuture();
                    case "charge" -> refund(idempotencyKey, chargeKey);
                    default -> Future.failedFuture(new KeyReusedException(chargeKey));
                }));
    }

    private Future<Void> refund(UUID idempotencyKey, UUID chargeKey) {
        return books.preparedQuery(REFUND)
                .execute(Tuple.of(idempotencyKey, chargeKey))
                .compose(refunded -> refunded.rowCount() == 1
                        ? Future.succeededFuture()
                        : books.preparedQuery(REFUNDED)
                                .execute(Tuple.of(chargeKey))
                                .compose(found -> found.size() == 1
                                        ? Future.succeededFuture()
                                        : Future.failedFuture(new KeyReusedException(idempotencyKey))));
    }

    /** What is in the books under a key: this, or what was recorded before. */
    private Future<Row> record(UUID idempotencyKey, String kind, UUID bookingId, Money amount) {
        return books.preparedQuery(RECORD)
                .execute(Tuple.of(idempotencyKey, kind, bookingId, amount.amount(), amount.currency()))
                .map(rows -> rows.iterator().next())
                .compose(recorded -> recorded.getUUID("booking_id").equals(bookingId)
                        ? Future.succeededFuture(recorded)
                        : Future.failedFuture(new KeyReusedException(idempotencyKey)));
    }

    private static Future<Authorization> ifFor(Money amount, Row recorded, UUID key, Authorization answer) {
        return recorded.getBigDecimal("amount").compareTo(amount.amount()) == 0
                        && recorded.getString("currency").equals(amount.currency())
                ? Future.succeededFuture(answer)
                : Future.failedFuture(new KeyReusedException(key));
    }

    /** Takes half of the latency each way, and loses requests and answers as often as it is set to. */
    private <T> Future<T> overTheWire(Supplier<Future<T>> request) {
        double luck = random.nextDouble();
        double errorRate = config.get().errorRate();
        boolean requestLost = luck < errorRate / 2;
        boolean answerLost = luck < errorRate;
        return travel().compose(there -> requestLost ? lost("request") : request.get())
                .compose(answer ->
                        travel().compose(back -> answerLost ? lost("answer") : Future.succeededFuture(answer)));
    }

    private Future<?> travel() {
        Duration half = config.get().latency().dividedBy(2);
        return half.isZero()
                ? Future.succeededFuture()
                : vertx.timer(Math.max(1, half.toMillis()), TimeUnit.MILLISECONDS);
    }

    private static <T> Future<T> lost(String what) {
        return Future.failedFuture(new IOException("simulated: the " + what + " was lost"));
    }
}
