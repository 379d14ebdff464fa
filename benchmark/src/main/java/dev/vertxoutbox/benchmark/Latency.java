package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.outbox.Outbox;
import dev.vertxoutbox.outbox.OutboxEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;

/**
 * From the commit of an event to its acknowledgement by a queue that answers at once, at 100 events/s: with the doorbell
 * and with no notification at all.
 */
final class Latency implements Measurement {
    private static final long POLL_INTERVAL_MILLIS = 1_000;
    private static final String INSERT =
            "INSERT INTO outbox.event (id, topic, subject, type, data) VALUES ($1, $2, $3, $4, $5::text::json)";

    // The code that sends a few events at a time is to be compiled before it is measured.
    private static final int WARM_UP_RATE = 1_000;

    private final int seconds = Settings.of("seconds", 60, 10);
    private final int silentSeconds = Settings.of("secondsWithoutNotifications", 12, 5);
    private final int warmUpSeconds = Settings.of("warmUpSeconds", 20, 5);
    private final int warmUpEvents = Settings.of("warmUpEvents", 100_000, 50_000);
    private final int eventsPerSecond = Settings.of("eventsPerSecond", 100);

    @Override
    public void run(Bench bench) {
        Result result = new Result("latency", bench)
                .setting("seconds", seconds)
                .setting("secondsWithoutNotifications", silentSeconds)
                .setting("warmUpSeconds", warmUpSeconds)
                .setting("warmUpEvents", warmUpEvents)
                .setting("eventsPerSecond", eventsPerSecond)
                .setting("stubDelayMs", 0)
                .setting("pollIntervalMs", POLL_INTERVAL_MILLIS);
        try (OutboxProcess relay = bench.relay()) {
            bench.backlog().warmUp(warmUpEvents, 0);
            Pool pool = bench.database().pool(8);
            Outbox outbox = new Outbox(pool);
            IntFunction<String> subjects = number -> UUID.randomUUID().toString();
            new CommitLatency(bench, pool, WARM_UP_RATE, subjects).measure(warmUpSeconds, outbox::append);
            CommitLatency load = new CommitLatency(bench, pool, eventsPerSecond, subjects);
            Round.Meter cpu = new Round.Meter(bench, List.of(relay.process()));
            CommitLatency.Latencies rung = load.measure(seconds, outbox::append);
            result.put("cpuSecondsWithDoorbell", cpu.read());
            System.out.println("with the doorbell:     " + rung.committed());
            bench.database().execute("ALTER TABLE outbox.event DISABLE TRIGGER ring");
            CommitLatency.Latencies polled = load.measure(silentSeconds, Latency::insertSilently);
            System.out.println("without notifications: " + polled.committed());
            bench.database().execute("ALTER TABLE outbox.event ENABLE TRIGGER ring");
            judge(result, rung.committed(), polled.committed());
            result.put("withDoorbell", rung.toJson())
                    .put("withoutNotifications", polled.toJson())
                    .write(bench.root());
        }
    }

    private static void judge(Result result, Samples rung, Samples polled) {
        double limit = POLL_INTERVAL_MILLIS + 50;
        result.goal("with the doorbell: p50 <= 4 ms", rung.percentile(50), rung.percentile(50) <= 4)
                .goal("with the doorbell: p99 <= 15 ms", rung.percentile(99), rung.percentile(99) <= 15)
                .goal(
                        "without notifications: p99 <= poll interval + 50 ms",
                        polled.percentile(99),
                        polled.percentile(99) <= limit);
    }

    private static Future<?> insertSilently(SqlConnection tx, OutboxEvent event) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.of(
                        event.id(),
                        event.topic(),
                        event.subject(),
                        event.type(),
                        event.data().encode()));
    }
}
