package dev.vertxoutbox.benchmark.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The goals of the project, by what they are about. */
final class Targets {
    private static final String RATE = "events/s";
    private static final String MS = "ms";

    private Targets() {}

    static Map<String, List<Target>> byArea() {
        Map<String, List<Target>> areas = new LinkedHashMap<>();
        areas.put("Relay", relay());
        areas.put("Consumer", consumer());
        areas.put("Booking API", bookings());
        areas.put("Whole system", system());
        return areas;
    }

    static Stream<Target> all() {
        return byArea().values().stream().flatMap(List::stream);
    }

    private static List<Target> relay() {
        String one = "rounds/variant=one relay/eventsPerSecond";
        String none = "/no notification/commitsPerSecond";
        String rung = "/doorbell after commit/commitsPerSecond";
        return List.of(
                new Target(
                        "throughput",
                        "one relay",
                        "A backlog, queue answers after 10 ms: 10,000 events/s, or 80 % of the bare SDK if that is less",
                        RATE,
                        one,
                        "bare SDK",
                        "rounds/variant=bare SDK/eventsPerSecond"),
                new Target(
                        "throughput",
                        "two relays",
                        "Two relays are not slower than one",
                        RATE,
                        "rounds/variant=two relays/eventsPerSecond",
                        "one relay",
                        one),
                plain("latency", "with the doorbell: p50", "Commit to acknowledged at 100 events/s: p50 ≤ 4 ms", MS),
                plain("latency", "with the doorbell: p99", "Commit to acknowledged at 100 events/s: p99 ≤ 15 ms", MS),
                plain(
                        "latency",
                        "without notifications",
                        "The same without any notification: p99 ≤ poll interval + 50 ms",
                        MS),
                plain(
                        "backlog",
                        "events/s of the last",
                        "A backlog of a million: the last tenth is sent at 90 % of the rate of the first",
                        ""),
                plain(
                        "backlog",
                        "heap after GC",
                        "A backlog of a million with `-Xmx64m`: the heap's second half to the first ≤ 1.1",
                        ""),
                new Target(
                        "snapshot",
                        "snapshot held",
                        "Held snapshot while a million is sent: 70 % of the rate without",
                        RATE,
                        "rounds/variant=snapshot held/eventsPerSecond",
                        "no snapshot",
                        "rounds/variant=no snapshot held/eventsPerSecond"),
                new Target(
                        "doorbell",
                        "relay sends",
                        "Single inserts at 16 connections, relay sends: 95 % of the commits without notification",
                        "commits/s",
                        "relaySends" + rung,
                        "no notification",
                        "relaySends" + none),
                new Target(
                        "doorbell",
                        "topic paused",
                        "The same, relay is only woken: 95 %",
                        "commits/s",
                        "topicPaused" + rung,
                        "no notification",
                        "topicPaused" + none),
                plain("idle", "at most 2", "An idle relay: at most 2 statements/s", "statements/s"),
                plain(
                        "poison",
                        "p50 beside events that are parked",
                        "Healthy subjects beside events that are parked: p50 at most twice that of them alone",
                        ""),
                plain("poison", "p99 beside events that are parked", "The same, p99", ""),
                plain(
                        "poison",
                        "p50 beside events that are sent",
                        "Healthy subjects beside events that are refused for now: p50 at most twice",
                        ""),
                plain("poison", "p99 beside events that are sent", "The same, p99", ""));
    }

    private static List<Target> consumer() {
        return List.of(
                new Target(
                        "consumer-throughput",
                        "at least 60 %",
                        "Each event with its database transaction: 60 % of the bare SDK",
                        RATE,
                        "rounds/variant=inbox, batched/eventsPerSecond",
                        "bare SDK",
                        "rounds/variant=bare SDK/eventsPerSecond"),
                plain(
                        "requests-per-event",
                        "at load",
                        "Requests to SQS per event at load, sent, received and deleted: ≤ 0.35",
                        "requests"),
                plain("requests-per-event", "idle", "Idle: at most one poll per poller in 20 s (2 pollers)", "polls"),
                plain(
                        "charges-once",
                        "each of 100000",
                        "100,000 events, delivered 1 to 3 times to consumers that are killed: all charged",
                        "bookings"),
                plain("charges-once", "bookings charged more", "The same: none charged more than once", "bookings"));
    }

    private static List<Target> bookings() {
        return List.of(
                new Target(
                        "bookings",
                        "bookings/s at least",
                        "Bookings over HTTP at 256 connections: 1.0 of `pgbench` at 16",
                        "/s",
                        "service/*/bookingsPerSecond",
                        "pgbench",
                        "pgbenchTransactionsPerSecond"),
                new Target(
                        "bookings",
                        "with the relay",
                        "With the relay: the share of the cores that it, its database sessions and the queue leave",
                        "/s",
                        "serviceAndRelay/*/bookingsPerSecond",
                        "without relay",
                        "service/*/bookingsPerSecond"),
                new Target(
                        "bookings",
                        "(no goal)",
                        "CPU per booking in the service, beside an earlier build of it",
                        "µs",
                        "service/*/serviceCpuMicrosPerBooking",
                        "before",
                        "before/*/serviceCpuMicrosPerBooking"),
                plain(
                        "bookings",
                        "(no goal)",
                        "Every 201 has its booking and its event, else the run fails: missing",
                        "",
                        "service/*/check/missing"),
                plain("booking-latency", "p99 at 70 %", "p99 at 70 % of the most ≤ 25 ms", MS),
                new Target(
                        "booking-latency",
                        "a lone booking",
                        "A lone booking, p50: at most 1.5 of the plain transaction",
                        MS,
                        "loneBooking/samples",
                        "transaction",
                        "plainTransaction/samples"),
                plain("connections", "no errors", "10,000 connections, 2,000 active: no error", "errors"),
                plain("connections", "memory", "The same with `-Xmx256m`: at most 512 MiB", "MiB"),
                plain(
                        "overload",
                        "p99 of what",
                        "Twice the sustainable load for 60 s: p99 of what is accepted ≤ 250 ms",
                        MS),
                plain("overload", "everything else", "The same: answers other than 201 and 503: 0", "answers"),
                plain("overload", "seconds until", "Recovered within 2 s", "s"));
    }

    private static List<Target> system() {
        return List.of(
                plain(
                        "booking-to-confirmed",
                        "booking to CONFIRMED",
                        "A booking at a time, to `CONFIRMED`: p50 < 50 ms",
                        MS,
                        "bookingToConfirmed/confirmed/p50"),
                new Target(
                        "booking-to-confirmed",
                        "201 with the queue down",
                        "201 while the queue is down: as with it up",
                        MS,
                        "outage/queueDown201/samples",
                        "queue up",
                        "outage/queueUp201/samples"),
                plain("confirmed-under-load", "(no goal)", "50 bookings/s, to `CONFIRMED`: p50", MS, "confirmed/p50"),
                plain("confirmed-under-load", "(no goal)", "50 bookings/s, to `CONFIRMED`: p99", MS, "confirmed/p99"),
                new Target(
                        "console",
                        "bookings/s with viewers",
                        "Bookings/s with 20 viewers of the console: 0.97 of without",
                        "/s",
                        "watched/*/bookingsPerSecond",
                        "no viewer",
                        "unwatched/*/bookingsPerSecond"));
    }

    private static Target plain(String benchmark, String beginning, String goal, String unit) {
        return plain(benchmark, beginning, goal, unit, "");
    }

    private static Target plain(String benchmark, String beginning, String goal, String unit, String measured) {
        return new Target(benchmark, beginning, goal, unit, measured, "", "");
    }
}
