package dev.vertxoutbox.benchmark;

import java.util.List;

/** The measurements of the relay, by name; see the README of this module for what each measures and its goal. */
public final class RelayBenchmarks {
    private static final List<String> ALL =
            List.of("throughput", "latency", "backlog", "snapshot", "doorbell", "idle", "poison");

    private RelayBenchmarks() {}

    /**
     * Runs the measurements that are named, or all of them.
     *
     * @param args as {@link Arguments} has them
     */
    public static void main(String[] args) {
        Arguments arguments = Arguments.of(args, ALL);
        for (String name : arguments.names()) {
            System.out.println("== " + name);
            try (Bench bench = new Bench(arguments.root())) {
                measurement(name).run(bench);
            }
        }
        System.exit(0);
    }

    private static Measurement measurement(String name) {
        return switch (name) {
            case "throughput" -> new Throughput();
            case "latency" -> new Latency();
            case "backlog" -> new LargeBacklog();
            case "snapshot" -> new HeldSnapshot();
            case "doorbell" -> new DoorbellCost();
            case "idle" -> new Idle();
            case "poison" -> new Poison();
            default -> throw new IllegalArgumentException(name);
        };
    }
}
