package dev.vertxoutbox.outbox;

import io.vertx.sqlclient.Row;
import java.time.Duration;

/**
 * How much waits in the outbox.
 *
 * @param pending events that wait to be sent; an estimate above 10,000
 * @param parked events that are parked, those behind them included
 * @param oldestAge age of the oldest pending event; zero if there is none
 */
public record Backlog(long pending, long parked, Duration oldestAge) {

    static Backlog from(Row row) {
        Double seconds = row.getDouble("oldest_age_seconds");
        return new Backlog(
                row.getLong("pending"),
                row.getLong("parked"),
                seconds == null ? Duration.ZERO : Duration.ofMillis(Math.max(0, Math.round(seconds * 1000))));
    }
}
