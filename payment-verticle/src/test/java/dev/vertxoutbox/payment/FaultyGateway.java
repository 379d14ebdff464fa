package dev.vertxoutbox.payment;

import io.vertx.core.Future;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/** A gateway in front of which a test stands: it may do something before, after or instead of each call. */
record FaultyGateway(PaymentGateway gateway, Function<Supplier<Future<Authorization>>, Future<Authorization>> charging)
        implements PaymentGateway {

    @Override
    public Future<Authorization> authorize(UUID idempotencyKey, UUID bookingId, Money amount) {
        return charging.apply(() -> gateway.authorize(idempotencyKey, bookingId, amount));
    }

    @Override
    public Future<Void> cancel(UUID idempotencyKey, UUID chargeKey, UUID bookingId) {
        return gateway.cancel(idempotencyKey, chargeKey, bookingId);
    }
}
