package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.outbox.Outbox;
import dev.vertxoutbox.outbox.OutboxEvent;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/**
 * From the commit of an event to its acknowledgement by a queue that answers at once, at 100 events/s: with the doorbell
 * and with no notification at all.
 */
final class Latency implements Measurement {
    private static final long POLL_INTERVAL_MILLIS = 1_000;
    private static final String INSERT =
            "INSERT INTO outbox.event (id, topic, subject, type, data) VALUES ($1, $2, $3, $4, $5::text::json)";

    private final int seconds = Settings.of("seconds", 60);
    private final int warmUpSeconds = Settings.of("warmUpSeconds", 10);
    private final int warmUpEvents = Settings.of("warmUpEvents", 100_000);
    private final int eventsPerSecond = Settings.of("eventsPerSecond", 100);

    /** Latencies by where the clock starts. */
    private record Latencies(Samples committed, Samples committing) {
        JsonObject toJson() {
            return new JsonObject()
                    .put("fromCommitAnswered", committed.toJson())
                    .put("fromCommitSent", committing.toJson());
        }
    }

    private record Commit(long sentMicros, long answeredMicros) {}

    @Override
    public void run(Bench bench) {
        Result result = new Result("latency", bench)
                .setting("seconds", seconds)
                .setting("warmUpSeconds", warmUpSeconds)
                .setting("warmUpEvents", warmUpEvents)
                .setting("eventsPerSecond", eventsPerSecond)
                .setting("stubDelayMs", 0)
                .setting("pollIntervalMs", POLL_INTERVAL_MILLIS);
        try (OutboxProcess relay = bench.relay("relay-0")) {
            bench.backlog().warmUp(warmUpEvents, 0);
            Pool pool = bench.database().pool(8);
            Outbox outbox = new Outbox(pool);
            BiFunction<SqlConnection, OutboxEvent, Future<?>> ringing = outbox::append;
            write(bench, pool, ringing, warmUpSeconds);
            Round.Meter cpu = new Round.Meter(bench, List.of(relay.process()));
            Latencies rung = write(bench, pool, ringing, seconds);
            result.put("cpuSecondsWithDoorbell", cpu.read());
            System.out.println("with the doorbell:     " + rung.committed());
            bench.database().execute("ALTER TABLE outbox.event DISABLE TRIGGER ring");
            Latencies polled = write(bench, pool, Latency::insertSilently, seconds);
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

    /** Commits events at a fixed rate, whether or not those before are done, and waits for all to be acknowledged. */
    private Latencies write(
            Bench bench, Pool pool, BiFunction<SqlConnection, OutboxEvent, Future<?>> append, int duration) {
        bench.stub().resetByIds(0);
        Map<UUID, Commit> commits = new ConcurrentHashMap<>();
        int events = duration * eventsPerSecond;
        long start = System.nanoTime();
        for (int i = 0; i < events; i++) {
            long due = start + TimeUnit.SECONDS.toNanos(1) * i / eventsPerSecond;
            Waiting.pause(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
            OutboxEvent event = OutboxEvent.of(
                    Backlog.TOPIC, UUID.randomUUID().toString(), "flight.booked", new JsonObject().put("n", i));
            pool.withConnection(connection -> commit(connection, event, append))
                    .onSuccess(commit -> commits.put(event.id(), commit))
                    .onFailure(failure -> System.err.println("Not committed: " + failure));
        }
        bench.stub().await(events, Duration.ofSeconds(30));
        Waiting.until("all commits", Duration.ofSeconds(30), Duration.ofMillis(20), () -> commits.size() == events);
        return latencies(commits, bench.stub().timesById());
    }

    private static Future<Commit> commit(
            SqlConnection connection, OutboxEvent event, BiFunction<SqlConnection, OutboxEvent, Future<?>> append) {
        long[] sent = new long[1];
        return connection
                .begin()
                .compose(transaction -> append.apply(connection, event).compose(appended -> {
                    sent[0] = now();
                    return transaction.commit();
                }))
                .map(committed -> new Commit(sent[0], now()));
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

    private static Latencies latencies(Map<UUID, Commit> commits, JsonObject acknowledged) {
        Latencies latencies = new Latencies(new Samples(), new Samples());
        commits.forEach((id, commit) -> {
            Long micros = acknowledged.getLong(id.toString());
            if (micros == null) {
                throw new IllegalStateException("Event " + id + " was committed and not acknowledged");
            }
            latencies.committed.add(TimeUnit.MICROSECONDS.toNanos(micros - commit.answeredMicros()));
            latencies.committing.add(TimeUnit.MICROSECONDS.toNanos(micros - commit.sentMicros()));
        });
        return latencies;
    }

    private static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
