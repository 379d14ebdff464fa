package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.benchmark.BookingLoad.Outcome;
import java.util.List;

/** Ten thousand open connections, of which two thousand book, to a service with little memory. */
final class ManyConnections implements Measurement {
    private static final long RSS_GOAL_MIB = 512;
    private static final List<String> JVM_OPTIONS = List.of("-Xmx256m", "-XX:+UseSerialGC");

    private final int connections = Settings.of("connections", 10_000);
    private final int active = Settings.of("active", 2_000);
    private final int seconds = Settings.of("seconds", 20);
    private final int warmUpSeconds = Settings.of("warmUpSeconds", 15);

    @Override
    public void run(Bench bench) {
        Result result = new Result("connections", bench)
                .setting("connections", connections)
                .setting("active", active)
                .setting("seconds", seconds)
                .setting("serviceJvmOptions", String.join(" ", JVM_OPTIONS));
        try (BookingLoad load = new BookingLoad(bench);
                FlightProcess flight = FlightProcess.start(bench, "flight", JVM_OPTIONS)) {
            load.run(flight, 256, 0, warmUpSeconds);
            load.clear();
            Outcome outcome = load.run(flight, connections, active, 0, seconds);
            long most = flight.memoryMiB("VmHWM");
            long errors =
                    outcome.errors() + outcome.count("503") + outcome.report().getInteger("idleConnectionsLost");
            System.out.printf(
                    "%.0f bookings/s, p99 %s ms, errors %d, memory at most %d MiB%n",
                    outcome.perSecond(seconds), outcome.of("201").getValue("p99"), errors, most);
            result.put("booked", outcome.toJson())
                    .put("check", load.check(outcome, false))
                    .put("memoryMiB", flight.memoryMiB("VmRSS"))
                    .put("memoryAtMostMiB", most)
                    .goal("no errors", (double) errors, errors == 0)
                    .goal("memory at most 512 MiB", (double) most, most <= RSS_GOAL_MIB)
                    .write(bench.root());
        }
    }
}
