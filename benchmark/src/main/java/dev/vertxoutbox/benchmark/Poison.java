package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.outbox.Outbox;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * What events that can never be sent cost the others: the latency of 1,000 healthy subjects alone, beside 2,000 events of
 * 50 subjects that SQS calls the sender's fault, so that they are parked, and beside as many that it always asks to send
 * again.
 */
final class Poison implements Measurement {
    private static final int HEALTHY_SUBJECTS = 1_000;
    private static final String INSERT = """
            INSERT INTO outbox.event (topic, subject, type, data)
            SELECT 'benchmark', '%s' || i %% 50, 'flight.booked', '{}' FROM generate_series(1, 2000) AS i
            """;

    private final int seconds = Settings.of("seconds", 8);
    private final int rounds = Settings.of("rounds", 3);
    private final int warmUpEvents = Settings.of("warmUpEvents", 100_000);
    private final int eventsPerSecond = Settings.of("eventsPerSecond", 100);
    private final List<Variant> variants = new ArrayList<>(List.of(
            new Variant("healthy subjects alone", ""),
            new Variant("beside events that are parked", "poison-fault-"),
            new Variant("beside events that are sent again", "poison-retry-")));

    /** @param poison what the stub knows the subjects by that it refuses; none if empty */
    private record Variant(String name, String poison, List<Samples> measured) {
        Variant(String name, String poison) {
            this(name, poison, new ArrayList<>());
        }

        double median(double percentile) {
            return Median.of(measured.stream().mapToDouble(samples -> samples.percentile(percentile)));
        }
    }

    @Override
    public void run(Bench bench) {
        Result result = new Result("poison", bench)
                .setting("seconds", seconds)
                .setting("rounds", rounds)
                .setting("warmUpEvents", warmUpEvents)
                .setting("eventsPerSecond", eventsPerSecond)
                .setting("stubDelayMs", 0);
        List<Variant> inOrder = List.copyOf(variants);
        try (OutboxProcess relay = bench.relay()) {
            bench.backlog().warmUp(warmUpEvents, 0);
            Pool pool = bench.database().pool(8);
            Outbox outbox = new Outbox(pool);
            CommitLatency load =
                    new CommitLatency(bench, pool, eventsPerSecond, number -> "healthy-" + number % HEALTHY_SUBJECTS);
            variants.forEach(variant -> measure(bench, variant, () -> load.measure(seconds / 2, outbox::append)));
            Round.Meter cpu = new Round.Meter(bench, List.of(relay.process()));
            for (int i = 0; i < rounds; i++) {
                for (Variant variant : variants) {
                    Samples samples = measure(bench, variant, () -> load.measure(seconds, outbox::append));
                    variant.measured().add(samples);
                    System.out.println(variant.name() + ": " + samples);
                }
                Collections.reverse(variants);
            }
            result.put("cpuSeconds", cpu.read());
        }
        for (Variant variant : inOrder) {
            JsonObject json =
                    new JsonObject().put("medianP50", variant.median(50)).put("medianP99", variant.median(99));
            for (int i = 0; i < rounds; i++) {
                json.put("round" + (i + 1), variant.measured().get(i).toJson());
            }
            result.put(variant.name(), json);
        }
        for (Variant poisoned : inOrder.subList(1, inOrder.size())) {
            goal(result, poisoned, inOrder.get(0), 50);
            goal(result, poisoned, inOrder.get(0), 99);
        }
        result.write(bench.root());
    }

    private static Samples measure(Bench bench, Variant variant, Supplier<CommitLatency.Latencies> load) {
        bench.backlog().clear();
        if (!variant.poison().isEmpty()) {
            bench.database().execute(INSERT.formatted(variant.poison()));
        }
        return load.get().committed();
    }

    private static void goal(Result result, Variant variant, Variant alone, int percentile) {
        double ratio = variant.median(percentile) / alone.median(percentile);
        result.goal(
                "p%d %s: at most twice that of healthy subjects alone".formatted(percentile, variant.name()),
                ratio,
                ratio <= 2);
    }
}
