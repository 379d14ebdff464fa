package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.benchmark.InboxConsumer.Calls;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * How fast a consumer takes messages from a queue that always has some, each in a database transaction that it shares with
 * others, its handler called for each or for all of a transaction; and how fast the bare SDK receives and deletes them.
 * Alternately, each the same process in all rounds, which has taken others for practice and stands still while others are
 * measured.
 */
final class ConsumerThroughput implements Measurement {
    private static final String BATCHED = "inbox, batched";
    private static final String EACH = "inbox, a call for each";
    private static final String BARE = "bare SDK";
    private static final double GOAL_SHARE_OF_SDK = 0.6;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final int events = Settings.of("events", 200_000, 30_000);
    private final int subjects = Settings.of("subjects", 20_000);
    private final int warmUpEvents = Settings.of("warmUpEvents", 2_000_000, 30_000);
    private final int rounds = Settings.of("rounds", 5, 1);
    private final int delayMillis = Settings.of("stubDelayMs", 10);
    private final int pollers = Settings.of("pollers", 64);
    private final int maxInFlight = Settings.of("maxInFlight", 2_000);
    private final int inboxThreads = Settings.of("inboxSdkThreads", 1);
    private final BareSdkTuning bareSdk = new BareSdkTuning("sdkLoops", "loops");
    private final List<Round> measured = new ArrayList<>();
    private final JsonArray details = new JsonArray();

    @Override
    public void run(Bench bench) {
        Result result = new Result("consumer-throughput", bench)
                .setting("events", events)
                .setting("subjects", subjects)
                .setting("warmUpEvents", warmUpEvents)
                .setting("rounds", rounds)
                .setting("stubDelayMs", delayMillis)
                .setting("pollers", pollers)
                .setting("maxInFlight", maxInFlight)
                .setting("inboxSdkThreads", inboxThreads);
        bench.database().execute(InboxConsumer.SCHEMA);
        bareSdk.choose(choice -> tuning(bench, choice));
        try (ChildProcess batched = practised(bench, inbox(bench, Calls.BATCHED));
                ChildProcess each = practised(bench, inbox(bench, Calls.FOR_EACH_EVENT));
                ChildProcess bare = practised(bench, bare(bench, bareSdk.fastest()))) {
            List<Supplier<Round>> turns = new ArrayList<>(List.of(
                    () -> effects(bench, BATCHED, batched),
                    () -> round(bench, BARE, bare),
                    () -> effects(bench, EACH, each)));
            for (int i = 0; i < rounds; i++) {
                turns.forEach(turn -> note(turn.get()));
                Collections.reverse(turns);
            }
        }
        JsonObject medians = new JsonObject();
        List.of(BATCHED, EACH, BARE).forEach(variant -> medians.put(variant, Round.median(measured, variant)));
        double share = medians.getDouble(BATCHED) / medians.getDouble(BARE);
        result.put("medianEventsPerSecond", medians)
                .put("bareSdkTuning", bareSdk.toJson())
                .put("rounds", Round.toJson(measured))
                .put("requests", details)
                .goal("at least 60 % of the bare SDK's events/s", share, share >= GOAL_SHARE_OF_SDK)
                .write(bench.root());
    }

    private ChildProcess inbox(Bench bench, Calls calls) {
        return InboxConsumer.start(bench, calls, pollers, maxInFlight, inboxThreads);
    }

    private Round tuning(Bench bench, BareSdkTuning.Choice choice) {
        try (ChildProcess bare = practised(bench, bare(bench, choice))) {
            return round(bench, "tuning", bare);
        }
    }

    private static ChildProcess bare(Bench bench, BareSdkTuning.Choice choice) {
        return BareConsumer.start(bench, choice.parallel(), choice.threads());
    }

    private ChildProcess practised(Bench bench, ChildProcess consumer) {
        bench.stub().fill(warmUpEvents, subjects, delayMillis);
        JsonObject queue = bench.stub().awaitDeleted(warmUpEvents, LIMIT);
        if (queue.getLong("events") < warmUpEvents) {
            consumer.close();
            throw new IllegalStateException("Only " + queue + " within " + LIMIT + ", for practice");
        }
        consumer.suspend();
        return consumer;
    }

    private Round effects(Bench bench, String variant, ChildProcess inbox) {
        bench.database().execute("TRUNCATE effect, inbox.processed, inbox.position");
        Round round = round(bench, variant, inbox);
        long effects = bench.database().number("SELECT count(*) FROM effect");
        if (effects != events) {
            throw new IllegalStateException(effects + " effects of " + events + " events");
        }
        return round;
    }

    private Round round(Bench bench, String variant, ChildProcess consumer) {
        consumer.resume();
        bench.database().execute("VACUUM (ANALYZE) inbox.processed, inbox.position");
        bench.database().execute("CHECKPOINT");
        Round.Meter cpu = new Round.Meter(bench, List.of(consumer));
        bench.stub().fill(events, subjects, delayMillis);
        JsonObject queue = bench.stub().awaitDeleted(events, LIMIT);
        Round round = new Round(variant, Stub.report(queue), cpu.read());
        if (round.report().events() != events) {
            throw new IllegalStateException("Only " + queue + " within " + LIMIT);
        }
        details.add(queue.put("variant", variant));
        consumer.suspend();
        return round;
    }

    private void note(Round round) {
        measured.add(round);
        System.out.println(round.toJson().encode());
    }
}
