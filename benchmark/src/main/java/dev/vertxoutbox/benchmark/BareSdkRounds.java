package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Rounds of {@link BareSdk}, with the settings that were the fastest for it on this machine in this run. */
final class BareSdkRounds {
    private static final Pattern WARM = Pattern.compile("warm");
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Bench bench;
    private final int events;
    private final int warmUpEvents;
    private final JsonArray tuning = new JsonArray();
    private int inFlight = 64;
    private int threads = 1;

    BareSdkRounds(Bench bench, int events, int warmUpEvents) {
        this.bench = bench;
        this.events = events;
        this.warmUpEvents = warmUpEvents;
    }

    /** Tries requests in flight and threads, if there are several, and keeps what was the fastest. */
    void tune() {
        int[] allThreads = Settings.list("sdkThreads", "1");
        int[] allInFlight = Settings.list("sdkInFlight", "128");
        double best = 0;
        int bestInFlight = allInFlight[0];
        int bestThreads = allThreads[0];
        for (int triedThreads : allThreads) {
            for (int triedInFlight : allInFlight) {
                if (allThreads.length * allInFlight.length == 1) {
                    break; // Nothing to choose.
                }
                inFlight = triedInFlight;
                threads = triedThreads;
                Round round = round("tuning");
                tuning.add(round.toJson().put("requestsInFlight", inFlight).put("threads", threads));
                System.out.println(tuning.getJsonObject(tuning.size() - 1).encode());
                if (round.eventsPerSecond() > best) {
                    best = round.eventsPerSecond();
                    bestInFlight = inFlight;
                    bestThreads = threads;
                }
            }
        }
        inFlight = bestInFlight;
        threads = bestThreads;
    }

    JsonObject tuning() {
        return new JsonObject()
                .put("requestsInFlight", inFlight)
                .put("threads", threads)
                .put("tried", tuning);
    }

    Round round(String variant) {
        bench.stub().reset(Throughput.DELAY_MILLIS);
        List<String> arguments = List.of(
                bench.stub().queueUrl(),
                Integer.toString(events),
                Integer.toString(warmUpEvents),
                Integer.toString(inFlight),
                Integer.toString(threads));
        try (ChildProcess sdk = ChildProcess.main(
                bench.logs().resolve("bare-sdk.log"), BareSdk.class, OutboxProcess.JVM_OPTIONS, arguments)) {
            sdk.awaitOutput(WARM);
            bench.stub().reset(Throughput.DELAY_MILLIS);
            Round.Meter cpu = new Round.Meter(bench, List.of(sdk));
            sdk.say("go");
            Stub.Report report = bench.stub().await(events, LIMIT);
            return new Round(variant, report, cpu.read());
        }
    }
}
