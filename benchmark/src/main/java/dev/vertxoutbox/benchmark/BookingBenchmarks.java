package dev.vertxoutbox.benchmark;

import java.util.List;

/** The measurements of the booking API, by name; see the README of this module for what each measures and its goal. */
public final class BookingBenchmarks {
    private static final List<String> ALL = List.of("bookings", "latency", "connections", "overload", "console");

    private BookingBenchmarks() {}

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
            case "bookings" -> new BookingThroughput();
            case "latency" -> new BookingLatency();
            case "connections" -> new ManyConnections();
            case "overload" -> new Overload();
            case "console" -> new ConsoleCost();
            default -> throw new IllegalArgumentException(name);
        };
    }
}
