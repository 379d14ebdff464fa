package dev.vertxoutbox.relay;

import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.Map;

/**
 * Settings of a relay. Immutable.
 *
 * @param database the database with the schema {@code outbox}; its user needs the rights of {@code relay_app}
 * @param routes the URL of the FIFO queue for each topic. Events of other topics are parked
 * @param pollInterval how long an event waits at the most when its notification is lost; default 1 s, 10 ms to 1 h
 * @param concurrency how many lanes are drained at once, each on a connection of its own; default 8, 1 to 64
 * @param archiveDays how many days {@code outbox.archive} keeps sent events; default 0: they are not kept. At most 3650.
 *     All relays of a database should have the same: the one that keeps them for the shortest time removes them
 */
public record RelayConfig(
        PgConnectOptions database,
        Map<String, String> routes,
        Duration pollInterval,
        int concurrency,
        int archiveDays) {

    /** Default of {@link #pollInterval()}. */
    public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofSeconds(1);

    /** Default of {@link #concurrency()}: on two cores more connections do not send faster. */
    public static final int DEFAULT_CONCURRENCY = 8;

    /** @throws IllegalArgumentException if a component is out of its range; the message names it */
    public RelayConfig {
        database = new PgConnectOptions(database);
        routes = Map.copyOf(routes);
        if (routes.isEmpty()) {
            throw new IllegalArgumentException("routes are empty; give the queue URL of one topic at least");
        }
        if (pollInterval.compareTo(Duration.ofMillis(10)) < 0 || pollInterval.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("pollInterval " + pollInterval + " is not between 10 ms and 1 h");
        }
        if (concurrency < 1 || concurrency > 64) {
            throw new IllegalArgumentException("concurrency " + concurrency + " is not between 1 and 64");
        }
        if (archiveDays < 0 || archiveDays > 3650) {
            throw new IllegalArgumentException("archiveDays " + archiveDays + " is not between 0 and 3650");
        }
    }

    /** Settings with the defaults. */
    public static RelayConfig of(PgConnectOptions database, Map<String, String> routes) {
        return new RelayConfig(database, routes, DEFAULT_POLL_INTERVAL, DEFAULT_CONCURRENCY, 0);
    }

    /** The same settings with another poll interval. */
    public RelayConfig withPollInterval(Duration interval) {
        return new RelayConfig(database, routes, interval, concurrency, archiveDays);
    }

    /** The same settings with another concurrency. */
    public RelayConfig withConcurrency(int lanes) {
        return new RelayConfig(database, routes, pollInterval, lanes, archiveDays);
    }

    /** The same settings with sent events kept for so many days; 0: not kept. */
    public RelayConfig withArchiveDays(int days) {
        return new RelayConfig(database, routes, pollInterval, concurrency, days);
    }
}
