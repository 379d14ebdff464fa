package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.outbox.OutboxEvent;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/**
 * Commits events at fixed times, whether or not those before are through, and takes the time from the commit of each to
 * its acknowledgement by the stub.
 */
final class CommitLatency {
    private final Bench bench;
    private final Pool pool;
    private final int eventsPerSecond;
    private final IntFunction<String> subjects;

    /** Latencies by where the clock starts. */
    record Latencies(Samples committed, Samples committing) {
        JsonObject toJson() {
            return new JsonObject()
                    .put("fromCommitAnswered", committed.toJson())
                    .put("fromCommitSent", committing.toJson());
        }
    }

    private record Commit(long sentMicros, long answeredMicros) {}

    /** @param subjects the subject of each event, by its number */
    CommitLatency(Bench bench, Pool pool, int eventsPerSecond, IntFunction<String> subjects) {
        this.bench = bench;
        this.pool = pool;
        this.eventsPerSecond = eventsPerSecond;
        this.subjects = subjects;
    }

    /** @param append writes the event within the transaction */
    Latencies measure(int seconds, BiFunction<SqlConnection, OutboxEvent, Future<?>> append) {
        bench.stub().resetByIds(0);
        Map<UUID, Commit> commits = new ConcurrentHashMap<>();
        int events = seconds * eventsPerSecond;
        long start = System.nanoTime();
        for (int i = 0; i < events; i++) {
            long due = start + TimeUnit.SECONDS.toNanos(1) * i / eventsPerSecond;
            Waiting.pause(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
            OutboxEvent event =
                    OutboxEvent.of(Backlog.TOPIC, subjects.apply(i), "flight.booked", new JsonObject().put("n", i));
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
