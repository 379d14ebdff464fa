package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.benchmark.report.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** All measurements, by name; see the README of this module for what each measures and its goal. */
public final class Benchmarks {
    /** Those that are also run, shorter, by {@code quick}. */
    private static final List<String> QUICK =
            List.of("throughput", "latency", "consumer-throughput", "bookings", "comparison");

    /** Not a measurement: makes the page of all that was measured. */
    private static final String REPORT = "report";

    private Benchmarks() {}

    /**
     * Runs the measurements that are named, one after the other, each with a PostgreSQL and a stub of its own; {@code report}
     * makes {@code BENCHMARKS.md} of all results that are kept.
     *
     * @param args as {@link Arguments} has them
     */
    public static void main(String[] args) {
        Map<String, Supplier<Measurement>> all = all();
        List<String> names = new ArrayList<>(all.keySet());
        names.add(REPORT);
        Arguments arguments = Arguments.of(args, names, QUICK);
        for (String name : arguments.names()) {
            if (name.equals(REPORT)) {
                Report.write(arguments.root());
                continue;
            }
            System.out.println("== " + name);
            long start = System.nanoTime();
            try (Bench bench = new Bench(arguments.root())) {
                Objects.requireNonNull(all.get(name)).get().run(bench);
            }
            System.out.printf("%s took %d s%n", name, (System.nanoTime() - start) / 1_000_000_000L);
        }
        // ElasticMQ and the SDK leave threads behind.
        System.exit(0);
    }

    private static Map<String, Supplier<Measurement>> all() {
        Map<String, Supplier<Measurement>> all = new LinkedHashMap<>();
        all.put("throughput", Throughput::new);
        all.put("latency", Latency::new);
        all.put("backlog", LargeBacklog::new);
        all.put("snapshot", HeldSnapshot::new);
        all.put("doorbell", DoorbellCost::new);
        all.put("poison", Poison::new);
        all.put("idle", Idle::new);
        all.put("consumer-throughput", ConsumerThroughput::new);
        all.put("confirmed-under-load", ConfirmedUnderLoad::new);
        all.put("requests-per-event", RequestsPerEvent::new);
        all.put("charges-once", ChargesOnce::new);
        all.put("bookings", BookingThroughput::new);
        all.put("booking-latency", BookingLatency::new);
        all.put("connections", ManyConnections::new);
        all.put("overload", Overload::new);
        all.put("console", ConsoleCost::new);
        all.put("comparison", Comparison::new);
        all.put("scale", Scale::new);
        all.put("booking-to-confirmed", BookingToConfirmed::new);
        return all;
    }
}
