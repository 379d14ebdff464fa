package dev.vertxoutbox.flight;

import dev.vertxoutbox.inbox.InboxConfig;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;

/**
 * Settings of a {@link FlightVerticle}. Immutable.
 *
 * @param database where the schemas {@code flight}, {@code outbox} and {@code inbox} are; the user needs the rights of
 *     {@code flight_app}
 * @param poolSize database connections at most, default 8, 1 to 200: on two cores more of them do not book faster
 * @param httpPort TCP port of the API, default 8080; 0 takes any free one, see {@link FlightVerticle#actualPort()}
 * @param maxWatchers streams of {@code GET /api/flights/{id}/events} at a time, default 1000; more are answered 503
 * @param payments how payment events are consumed
 */
public record FlightConfig(
        PgConnectOptions database, int poolSize, int httpPort, int maxWatchers, InboxConfig payments) {

    /** Name under which the inbox records payment events as processed. */
    public static final String CONSUMER = "flight";

    /** @throws IllegalArgumentException naming the value that is out of its range */
    public FlightConfig {
        database = new PgConnectOptions(database);
        check("poolSize", poolSize, 1, 200);
        check("httpPort", httpPort, 0, 65_535);
        check("maxWatchers", maxWatchers, 0, 1_000_000);
    }

    /** {@return settings with the defaults} */
    public static FlightConfig of(PgConnectOptions database, String paymentQueueUrl) {
        return new FlightConfig(database, 8, 8080, 1_000, InboxConfig.of(CONSUMER, paymentQueueUrl));
    }

    /** {@return a copy with another number of database connections} */
    public FlightConfig withPoolSize(int newPoolSize) {
        return new FlightConfig(database, newPoolSize, httpPort, maxWatchers, payments);
    }

    /** {@return a copy with another port} */
    public FlightConfig withHttpPort(int newHttpPort) {
        return new FlightConfig(database, poolSize, newHttpPort, maxWatchers, payments);
    }

    /** {@return a copy with another limit of streams} */
    public FlightConfig withMaxWatchers(int newMaxWatchers) {
        return new FlightConfig(database, poolSize, httpPort, newMaxWatchers, payments);
    }

    /** {@return a copy whose polls wait another time for a payment event, 1 to 20 s} */
    public FlightConfig withLongPoll(Duration longPoll) {
        return withPayments(payments.withLongPoll(longPoll));
    }

    /** {@return a copy that consumes payment events in another way} */
    public FlightConfig withPayments(InboxConfig newPayments) {
        return new FlightConfig(database, poolSize, httpPort, maxWatchers, newPayments);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", not " + value);
        }
    }
}
