package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.outbox.Outbox;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The relay beside other ways to bring events from a transaction to SQS, alternately: how fast a backlog is sent to a queue
 * that answers after 10 ms, and how long an event takes from its commit to a queue that answers at once.
 */
final class Comparison implements Measurement {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final int events = Settings.of("events", 4_000, 2_000);
    private final int warmUpEvents = Settings.of("warmUpEvents", 3_000, 2_000);
    private final int rounds = Settings.of("rounds", 2, 1);
    private final int threads = Settings.of("contenderThreads", 32);
    private final int pollerSeconds = Settings.of("pollerSeconds", 16, 6);
    private final int latencyEvents = Settings.of("latencyEvents", 200, 60);
    private final int latencyIntervalMillis = Settings.of("latencyIntervalMillis", 20);
    private final List<Round> measured = new ArrayList<>();
    private final Map<String, JsonArray> latencies = new LinkedHashMap<>();

    private static final String RELAY = "relay";
    private static final String POLLER = "poller, every 5 s, 5 a batch";
    private static final int POLLER_BATCH = 5;
    private static final int POLLER_INTERVAL_MILLIS = 1_000;
    private static final int LATENCY_WARM_UP_EVENTS = 50;

    @Override
    public void run(Bench bench) {
        Result result = new Result("comparison", bench)
                .setting("events", events)
                .setting("warmUpEvents", warmUpEvents)
                .setting("rounds", rounds)
                .setting("contenderThreads", threads)
                .setting("pollerSeconds", pollerSeconds)
                .setting("latencyEvents", latencyEvents)
                .setting("latencyIntervalMillis", latencyIntervalMillis)
                .setting("stubDelayMs", Throughput.DELAY_MILLIS)
                .setting("stubDelayMsOfLatency", 0);
        List<Runnable> variants = new ArrayList<>(List.of(
                () -> relay(bench),
                () -> poller(bench),
                () -> contender(bench, "busy", "poller without pause, 10 a batch"),
                () -> contender(bench, "library", "transactionoutbox-core"),
                () -> contender(bench, "modulith", "Spring Modulith")));
        for (int i = 0; i < rounds; i++) {
            variants.forEach(Runnable::run);
            Collections.reverse(variants);
        }
        JsonObject latency = new JsonObject();
        latencies.forEach(latency::put);
        result.put("rounds", Round.toJson(measured)).put("latency", latency).write(bench.root());
    }

    private void relay(Bench bench) {
        try (OutboxProcess relay = bench.relay()) {
            bench.backlog().warmUp(warmUpEvents, Throughput.DELAY_MILLIS);
            note(bench.drain(RELAY, List.of(relay), new Backlog.Size(events, events), Throughput.DELAY_MILLIS, LIMIT));
            Pool pool = bench.database().pool(8);
            CommitLatency load = new CommitLatency(
                    bench,
                    pool,
                    1000 / latencyIntervalMillis,
                    number -> UUID.randomUUID().toString());
            Outbox outbox = new Outbox(pool);
            load.measure(LATENCY_WARM_UP_EVENTS * latencyIntervalMillis / 1000, outbox::append);
            note(
                    RELAY,
                    load.measure(latencyEvents * latencyIntervalMillis / 1000, outbox::append)
                            .committed());
            pool.close().await();
        }
    }

    /** It sends what it can: its first batch only starts the clock, and it is written no faster than it sends. */
    private void poller(Bench bench) {
        ContenderRounds contender = new ContenderRounds(bench, "naive", 1);
        try (ChildProcess process = contender.start()) {
            Round round = contender.drain(POLLER, process, events, Duration.ofSeconds(pollerSeconds));
            bench.database().execute("TRUNCATE naive_outbox");
            Stub.Report all = round.report();
            note(new Round(
                    POLLER,
                    new Stub.Report(
                            all.events() - POLLER_BATCH,
                            all.requests() - 1,
                            all.duplicates(),
                            all.gaps(),
                            all.firstMicros(),
                            all.lastMicros()),
                    round.cpuSeconds()));
            note(POLLER, contender.latency(process, Duration.ofMillis(POLLER_INTERVAL_MILLIS), pollerSeconds));
        }
    }

    private void contender(Bench bench, String name, String variant) {
        ContenderRounds contender = new ContenderRounds(bench, name, threads);
        try (ChildProcess process = contender.start()) {
            contender.drain(variant, process, warmUpEvents, LIMIT);
            Round round = contender.drain(variant, process, events, LIMIT);
            if (round.report().events() != events) {
                throw new IllegalStateException("Only " + round.report() + " within " + LIMIT);
            }
            note(round);
            Duration between = Duration.ofMillis(latencyIntervalMillis);
            contender.latency(process, between, LATENCY_WARM_UP_EVENTS);
            note(variant, contender.latency(process, between, latencyEvents));
        }
    }

    private void note(Round round) {
        measured.add(round);
        System.out.println(round.toJson().encode());
    }

    private void note(String variant, Samples samples) {
        System.out.println(variant + ": " + samples);
        latencies.computeIfAbsent(variant, first -> new JsonArray()).add(samples.toJson());
    }
}
