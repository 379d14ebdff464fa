package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.outbox.Outbox;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What waking the relay costs those who write: commits of one event each, at 16 connections, with the doorbell of
 * {@code Outbox.append} after the commit, with no notification at all, and with a notification in the transaction, as
 * the trigger for foreign writers sends it. All three run the same code and the same statements; a relay listens.
 *
 * <p>First the relay sends what is written, then the topic is paused: the relay's own work shares the cores with the
 * writers, and differs with how often it is woken.
 */
final class DoorbellCost implements Measurement {
    private static final String AFTER_COMMIT = "doorbell after commit";
    private static final String NONE = "no notification";
    private static final String IN_TRANSACTION = "notification in the transaction";
    private static final int CONNECTIONS = 16;
    private static final double GOAL = 0.95;

    /** The relay's, by default. */
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

    private final int seconds = Settings.of("seconds", 3);
    private final int rounds = Settings.of("rounds", 5);
    private final int warmUpSeconds = Settings.of("warmUpSeconds", 12);
    private final int warmUpEvents = Settings.of("warmUpEvents", 200_000);

    /** One round's commits per second, and the CPU time of relay, stub and PostgreSQL in it. */
    private record Written(double commitsPerSecond, JsonObject cpuSeconds) {}

    /** Round by round. */
    private record Rates(List<Written> afterCommit, List<Written> none, List<Written> inTransaction) {
        static double median(List<Written> rounds) {
            return Median.of(rounds.stream().mapToDouble(Written::commitsPerSecond));
        }

        double ratio() {
            return median(afterCommit) / median(none);
        }

        JsonObject toJson() {
            return new JsonObject()
                    .put(AFTER_COMMIT, toJson(afterCommit))
                    .put(NONE, toJson(none))
                    .put(IN_TRANSACTION, toJson(inTransaction))
                    .put("doorbellToNone", ratio())
                    .put("inTransactionToNone", median(inTransaction) / median(none));
        }

        private static JsonObject toJson(List<Written> rounds) {
            List<Long> rates = rounds.stream()
                    .map(round -> Math.round(round.commitsPerSecond()))
                    .toList();
            return new JsonObject()
                    .put("medianCommitsPerSecond", Math.round(median(rounds)))
                    .put("commitsPerSecond", new JsonArray(rates))
                    .put(
                            "cpuSeconds",
                            new JsonArray(
                                    rounds.stream().map(Written::cpuSeconds).toList()));
        }
    }

    @Override
    public void run(Bench bench) {
        Result result = new Result("doorbell", bench)
                .setting("connections", CONNECTIONS)
                .setting("secondsPerRound", seconds)
                .setting("rounds", rounds)
                .setting("warmUpEvents", warmUpEvents)
                .setting("warmUpSeconds", warmUpSeconds)
                .setting("stubDelayMs", Throughput.DELAY_MILLIS);
        bench.database()
                .execute("CREATE TRIGGER ring_in_transaction AFTER INSERT ON outbox.event"
                        + " FOR EACH STATEMENT EXECUTE FUNCTION outbox.ring()");
        ringInTransaction(bench, false);
        OutboxProcess relay = bench.relay();
        try {
            bench.backlog().warmUp(warmUpEvents, Throughput.DELAY_MILLIS);
            Pool pool = bench.database().pool(CONNECTIONS);
            Rates sending = measure(bench, relay, pool, warmUpSeconds);
            bench.backlog().pause();
            Rates paused = measure(bench, relay, pool, seconds); // All but the empty search is warm.
            result.put("relaySends", sending.toJson()).put("topicPaused", paused.toJson());
            result.goal("relay sends: doorbell at least 95 % of none", sending.ratio(), sending.ratio() >= GOAL)
                    .goal("topic paused: doorbell at least 95 % of none", paused.ratio(), paused.ratio() >= GOAL)
                    .write(bench.root());
        } finally {
            relay.close();
        }
    }

    private Rates measure(Bench bench, OutboxProcess relay, Pool pool, int warmUp) {
        Outbox ringing = new Outbox(pool);
        Outbox silent = new Outbox(SilentPool.create());
        write(bench, relay, pool, ringing, warmUp);
        write(bench, relay, pool, silent, warmUp);
        // None between rounds: what is written to a page first after a checkpoint costs most, and rounds are short.
        bench.database().execute("CHECKPOINT");
        Rates rates = new Rates(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<Runnable> variants = new ArrayList<>(List.of(
                () -> rates.afterCommit.add(write(bench, relay, pool, ringing)),
                () -> rates.none.add(write(bench, relay, pool, silent)),
                () -> rates.inTransaction.add(writeRingingInTransaction(bench, relay, pool, silent))));
        for (int i = 0; i < rounds; i++) {
            variants.forEach(Runnable::run);
            Collections.reverse(variants);
            System.out.println("round %d: %.0f, %.0f, %.0f commits/s"
                    .formatted(i + 1, last(rates.afterCommit), last(rates.none), last(rates.inTransaction)));
        }
        return rates;
    }

    private Written writeRingingInTransaction(Bench bench, OutboxProcess relay, Pool pool, Outbox silent) {
        ringInTransaction(bench, true);
        try {
            return write(bench, relay, pool, silent);
        } finally {
            ringInTransaction(bench, false);
        }
    }

    private Written write(Bench bench, OutboxProcess relay, Pool pool, Outbox outbox) {
        return write(bench, relay, pool, outbox, seconds);
    }

    private Written write(Bench bench, OutboxProcess relay, Pool pool, Outbox outbox, int duration) {
        Writers writers = new Writers(pool, outbox, CONNECTIONS);
        writers.start();
        // Who is not rung for sends nothing until the first poll, and what comes after the last one is sent unseen.
        Waiting.pause(POLL_INTERVAL);
        Round.Meter cpu = new Round.Meter(bench, List.of(relay.process()));
        double rate = writers.commitsPerSecond(Duration.ofSeconds(duration));
        Written written = new Written(rate, cpu.read());
        writers.stop();
        if (bench.database().number("SELECT count(*) FROM outbox.paused_topic") == 0) {
            bench.backlog().awaitEmpty();
        } else {
            bench.backlog().clear();
        }
        bench.database().execute("VACUUM outbox.event");
        return written;
    }

    private static double last(List<Written> rounds) {
        return rounds.get(rounds.size() - 1).commitsPerSecond();
    }

    private static void ringInTransaction(Bench bench, boolean on) {
        bench.database()
                .execute("ALTER TABLE outbox.event " + (on ? "ENABLE" : "DISABLE") + " TRIGGER ring_in_transaction");
    }
}
