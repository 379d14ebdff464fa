package dev.vertxoutbox.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The measurements of the relay, by name; see the README of this module for what each measures and its goal. */
public final class RelayBenchmarks {
    private static final List<String> ALL =
            List.of("throughput", "latency", "backlog", "snapshot", "doorbell", "idle", "poison");

    private RelayBenchmarks() {}

    /**
     * Runs the measurements that are named, or all of them.
     *
     * @param args the project's directory; then, each an argument or several in one separated by spaces, settings
     *     {@code -D<name>=<value>} and names
     */
    public static void main(String[] args) {
        List<String> names = new ArrayList<>();
        for (String word : String.join(" ", args).strip().split("\\s+", -1)) {
            if (word.startsWith("-D") && word.contains("=")) {
                System.setProperty(word.substring(2, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
            } else {
                names.add(word);
            }
        }
        Path root = Path.of(names.remove(0)).toAbsolutePath().normalize();
        if (!ALL.containsAll(names)) {
            throw new IllegalArgumentException(names + ": the measurements are " + ALL);
        }
        for (String name : names.isEmpty() ? ALL : names) {
            System.out.println("== " + name);
            try (Bench bench = new Bench(root)) {
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
