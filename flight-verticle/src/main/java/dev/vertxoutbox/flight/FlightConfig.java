package dev.vertxoutbox.flight;

import dev.vertxoutbox.inbox.InboxConfig;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link FlightVerticle}. Immutable.
 *
 * @param database where the schemas {@code flight}, {@code outbox} and {@code inbox} are; the user needs the rights of
 *     {@code flight_app}
 * @param instances event loops that serve the API, default one for each core, 1 to 64
 * @param poolSize database connections at most, of each instance, and of the consumer of payment events; default 4, 2 to
 *     200: on two cores more of them do not book faster
 * @param httpPort TCP port of the API, default 8080; 0 takes any free one, see {@link FlightVerticle#actualPort()}
 * @param maxConnections connections to the API at a time that have made a request, default 20,000; more are closed
 * @param maxWatchers streams of {@code GET /api/flights/{id}/events} at a time, default 1000; more are answered 503
 * @param authorization whose access tokens the API asks for; null, the default, for an API that is open to all
 * @param payments how payment events are consumed
 */
public record FlightConfig(
        PgConnectOptions database,
        int instances,
        int poolSize,
        int httpPort,
        int maxConnections,
        int maxWatchers,
        @Nullable Authorization authorization,
        InboxConfig payments) {

    /** Name under which the inbox records payment events as processed. */
    public static final String CONSUMER = "flight";

    private static final int MAX_INSTANCES = 64;

    /** @throws IllegalArgumentException naming the value that is out of its range */
    public FlightConfig {
        database = new PgConnectOptions(database);
        check("instances", instances, 1, MAX_INSTANCES);
        check("poolSize", poolSize, 2, 200);
        check("httpPort", httpPort, 0, 65_535);
        check("maxConnections", maxConnections, 1, 1_000_000);
        check("maxWatchers", maxWatchers, 0, 1_000_000);
    }

    /** {@return settings with the defaults} */
    public static FlightConfig of(PgConnectOptions database, String paymentQueueUrl) {
        int cores = Math.min(MAX_INSTANCES, Runtime.getRuntime().availableProcessors());
        return new FlightConfig(
                database, cores, 4, 8080, 20_000, 1_000, null, InboxConfig.of(CONSUMER, paymentQueueUrl));
    }

    /** {@return a copy with another number of event loops} */
    public FlightConfig withInstances(int newInstances) {
        return new FlightConfig(
                database, newInstances, poolSize, httpPort, maxConnections, maxWatchers, authorization, payments);
    }

    /** {@return a copy with another number of database connections} */
    public FlightConfig withPoolSize(int newPoolSize) {
        return new FlightConfig(
                database, instances, newPoolSize, httpPort, maxConnections, maxWatchers, authorization, payments);
    }

    /** {@return a copy with another port} */
    public FlightConfig withHttpPort(int newHttpPort) {
        return new FlightConfig(
                database, instances, poolSize, newHttpPort, maxConnections, maxWatchers, authorization, payments);
    }

    /** {@return a copy with another limit of connections} */
    public FlightConfig withMaxConnections(int newMaxConnections) {
        return new FlightConfig(
                database, instances, poolSize, httpPort, newMaxConnections, maxWatchers, authorization, payments);
    }

    /** {@return a copy with another limit of streams} */
    public FlightConfig withMaxWatchers(int newMaxWatchers) {
        return new FlightConfig(
                database, instances, poolSize, httpPort, maxConnections, newMaxWatchers, authorization, payments);
    }

    /** {@return a copy whose polls wait another time for a payment event, 1 to 20 s} */
    public FlightConfig withLongPoll(Duration longPoll) {
        return withPayments(payments.withLongPoll(longPoll));
    }

    /** {@return a copy that takes the access tokens of an authorization server and no request without; null for all} */
    public FlightConfig withAuthorization(@Nullable Authorization newAuthorization) {
        return new FlightConfig(
                database, instances, poolSize, httpPort, maxConnections, maxWatchers, newAuthorization, payments);
    }

    /** {@return a copy that consumes payment events in another way} */
    public FlightConfig withPayments(InboxConfig newPayments) {
        return new FlightConfig(
                database, instances, poolSize, httpPort, maxConnections, maxWatchers, authorization, newPayments);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", not " + value);
        }
    }
}
