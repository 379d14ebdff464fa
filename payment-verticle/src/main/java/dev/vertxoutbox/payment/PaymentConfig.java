package dev.vertxoutbox.payment;

import dev.vertxoutbox.inbox.InboxConfig;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;

/**
 * Settings of the payment service. Immutable.
 *
 * @param database the database with the schemas {@code payment}, {@code outbox} and {@code inbox}; its user needs the
 *     rights of {@code payment_app}
 * @param poolSize database connections for payments, 1 to 64; default 8. The simulated gateway has two of its own
 * @param inbox how the flight events are consumed; its handler timeout must be longer than the 10 hours that a payment
 *     waits for its gateway
 * @param gateway how the simulated gateway behaves
 */
public record PaymentConfig(
        PgConnectOptions database, int poolSize, InboxConfig inbox, SimulatedGatewayConfig gateway) {

    /** Default of {@link #poolSize()}. */
    public static final int DEFAULT_POOL_SIZE = 8;

    /** More than the gateway is waited for; every other step has limits of its own. */
    private static final Duration HANDLER_TIMEOUT = Patience.DEFAULT.total().plusMinutes(30);

    /** @throws IllegalArgumentException if a component is out of its range; the message names it */
    public PaymentConfig {
        database = new PgConnectOptions(database);
        if (poolSize < 1 || poolSize > 64) {
            throw new IllegalArgumentException("poolSize " + poolSize + " is not between 1 and 64");
        }
    }

    /** Settings with the defaults: consumer {@code payment} on the given queue. */
    public static PaymentConfig of(PgConnectOptions database, String flightQueueUrl, SimulatedGatewayConfig gateway) {
        InboxConfig inbox = InboxConfig.of("payment", flightQueueUrl).withHandlerTimeout(HANDLER_TIMEOUT);
        return new PaymentConfig(database, DEFAULT_POOL_SIZE, inbox, gateway);
    }

    /** {@return a copy whose polls wait another time for an event, 1 to 20 s} */
    public PaymentConfig withLongPoll(Duration longPoll) {
        return new PaymentConfig(database, poolSize, inbox.withLongPoll(longPoll), gateway);
    }
}
