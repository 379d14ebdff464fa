package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How fast a waiting backlog is sent to a queue that answers after 10 ms: by one relay, by two, and what the bare SDK
 * sends to the same stub. Alternately, by processes that have sent as many events for practice. The relays are the same
 * in all rounds, and stand still while others are measured.
 */
final class Throughput implements Measurement {
    static final int DELAY_MILLIS = 10;

    private static final String ONE = "one relay";
    private static final String TWO = "two relays";
    private static final String BARE = "bare SDK";
    private static final double GOAL_EVENTS_PER_SECOND = 10_000;
    private static final double GOAL_SHARE_OF_SDK = 0.8;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final int events = Settings.of("events", 100_000, 50_000);
    private final int subjects = Settings.of("subjects", 20_000);
    private final int warmUpEvents = Settings.of("warmUpEvents", 200_000, 30_000);
    private final int rounds = Settings.of("rounds", 3, 1);
    private final BareSdkTuning bareSdk = new BareSdkTuning("sdkInFlight", "requestsInFlight");
    private final List<Round> measured = new ArrayList<>();

    @Override
    public void run(Bench bench) {
        Result result = new Result("throughput", bench)
                .setting("events", events)
                .setting("subjects", subjects)
                .setting("warmUpEvents", warmUpEvents)
                .setting("rounds", rounds)
                .setting("stubDelayMs", DELAY_MILLIS);
        bareSdk.choose(choice -> bare(bench, "tuning", choice));
        List<OutboxProcess> relays = new ArrayList<>(bench.relays(2, Map.of()));
        try {
            relays.forEach(relay -> relay.process().suspend());
            relays.forEach(relay -> practise(bench, relay));
            List<Supplier<Round>> variants = new ArrayList<>(List.of(
                    () -> relayed(bench, ONE, relays.subList(0, 1)),
                    () -> bare(bench, BARE, bareSdk.fastest()),
                    () -> relayed(bench, TWO, relays)));
            for (int i = 0; i < rounds; i++) {
                variants.forEach(variant -> note(variant.get()));
                Collections.reverse(variants);
                Collections.reverse(relays); // The one that sends alone is another one.
            }
        } finally {
            relays.forEach(OutboxProcess::close);
        }
        double one = Round.median(measured, ONE);
        double two = Round.median(measured, TWO);
        double sdk = Round.median(measured, BARE);
        double goal = Math.min(GOAL_EVENTS_PER_SECOND, GOAL_SHARE_OF_SDK * sdk);
        result.put(
                        "medianEventsPerSecond",
                        new JsonObject().put(ONE, one).put(TWO, two).put(BARE, sdk))
                .put("oneRelayToBareSdk", one / sdk)
                .put("bareSdkTuning", bareSdk.toJson())
                .put("rounds", Round.toJson(measured))
                .goal(
                        "one relay: at least min(10000, 80 %% of the bare SDK) = %.0f events/s".formatted(goal),
                        one,
                        one >= goal)
                .goal("two relays: not slower than one (two / one >= 1)", two / one, two >= one)
                .write(bench.root());
    }

    private void practise(Bench bench, OutboxProcess relay) {
        relay.process().resume();
        bench.backlog().warmUp(warmUpEvents, DELAY_MILLIS);
        relay.process().suspend();
    }

    private Round relayed(Bench bench, String variant, List<OutboxProcess> relays) {
        relays.forEach(relay -> relay.process().resume());
        Round round = bench.drain(variant, relays, new Backlog.Size(events, subjects), DELAY_MILLIS, LIMIT);
        relays.forEach(relay -> relay.process().suspend());
        return round;
    }

    private Round bare(Bench bench, String variant, BareSdkTuning.Choice choice) {
        Stub stub = bench.stub();
        stub.reset(DELAY_MILLIS);
        try (ChildProcess sdk = BareSdk.start(bench, events, warmUpEvents, choice)) {
            stub.reset(DELAY_MILLIS);
            Round.Meter cpu = new Round.Meter(bench, List.of(sdk));
            sdk.say("go");
            Stub.Report report = stub.await(events, LIMIT);
            return new Round(variant, report, cpu.read());
        }
    }

    private void note(Round round) {
        measured.add(round);
        System.out.println(round.toJson().encode());
    }
}
