package dev.vertxoutbox.benchmark.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the page shows of each benchmark. */
final class Sections {
    private static final String RATE = "events/s";
    private static final String MS = "ms";

    private static final String SLOW_POLLER = "poller, every 5 s, 5 a batch";

    private Sections() {}

    static List<Section> all(Outcomes outcomes) {
        List<Section> all = new ArrayList<>();
        all.add(rates(
                "comparison",
                "A backlog, to a queue that answers after 10 ms",
                RATE,
                contenders("rounds/variant=", "/eventsPerSecond")));
        all.add(new Section(
                "comparison",
                "comparison-cpu",
                "CPU time of the sender and PostgreSQL for an event of the backlog",
                "µs",
                false,
                busyContenders("rounds/variant=", "/cpuMicrosPerEvent")));
        all.add(new Section(
                "comparison",
                "comparison-latency",
                "From commit to a queue that answers at once",
                MS,
                true,
                contenders("latency/", "/*/samples")));
        all.add(rates(
                "throughput",
                "A backlog, to a queue that answers after 10 ms",
                RATE,
                variants("one relay", "two relays", "bare SDK")));
        all.add(latencies(
                "latency",
                "From commit to acknowledgement, 100 events/s",
                of(
                        "with the doorbell", "withDoorbell/fromCommitAnswered/samples",
                        "without notifications", "withoutNotifications/fromCommitAnswered/samples")));
        all.add(rates(
                "backlog", "A backlog of a million, by tenths", RATE, of("each tenth", "eventsPerSecondByTenth")));
        all.add(rates(
                "snapshot",
                "A backlog while a session holds its snapshot",
                RATE,
                variants("no snapshot held", "snapshot held")));
        all.add(rates("doorbell", "Commits of one event each, at 16 connections", "commits/s", doorbell()));
        all.add(latencies("poison", "Healthy subjects, 100 events/s", poison()));
        outcomes.newest("scale").ifPresent(outcome -> all.addAll(ScaleSections.of(outcome.json())));
        all.add(rates(
                "consumer-throughput",
                "Received, applied in a transaction, deleted",
                RATE,
                variants("inbox, batched", "inbox, a call for each", "bare SDK")));
        all.add(rates("requests-per-event", "Requests to SQS per event", "requests", requests()));
        all.add(rates(
                "bookings",
                "Bookings over HTTP at 256 connections",
                "/s",
                of(
                        "service", "service/*/bookingsPerSecond",
                        "service and relay", "serviceAndRelay/*/bookingsPerSecond",
                        "pgbench at 16 connections", "pgbenchTransactionsPerSecond")));
        all.add(latencies(
                "booking-latency",
                "A lone booking",
                of("plain transaction", "plainTransaction/samples", "lone booking", "loneBooking/samples")));
        all.add(rates(
                "connections",
                "Bookings of 2,000 among 10,000 connections, second by second",
                "/s",
                of("booked", "booked/seconds/*/count")));
        all.add(rates(
                "overload",
                "Twice the load that is sustained, second by second",
                "/s",
                of("booked", "booked/seconds/*/count", "answered 503", "booked/seconds/*/others")));
        all.add(rates(
                "console",
                "Bookings beside the console",
                "/s",
                of("no viewer", "unwatched/*/bookingsPerSecond", "20 viewers", "watched/*/bookingsPerSecond")));
        all.add(latencies(
                "booking-to-confirmed",
                "A booking at a time",
                of(
                        "201", "bookingToConfirmed/created201/samples",
                        "CONFIRMED", "bookingToConfirmed/confirmed/samples",
                        "201, queue down", "outage/queueDown201/samples")));
        all.add(latencies(
                "confirmed-under-load",
                "50 bookings/s",
                of("201", "created201/samples", "CONFIRMED", "confirmed/samples")));
        return all;
    }

    private static Map<String, String> doorbell() {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String variant : List.of("doorbell after commit", "no notification", "notification in the transaction")) {
            paths.put("relay sends: " + variant, "relaySends/" + variant + "/commitsPerSecond");
        }
        for (String variant : List.of("doorbell after commit", "no notification", "notification in the transaction")) {
            paths.put("topic paused: " + variant, "topicPaused/" + variant + "/commitsPerSecond");
        }
        return paths;
    }

    private static Map<String, String> poison() {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String variant : List.of(
                "healthy subjects alone", "beside events that are parked", "beside events that are sent again")) {
            paths.put(variant, variant + "/round1/samples");
        }
        return paths;
    }

    private static Map<String, String> requests() {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String load :
                List.of("50 events/s", "200 events/s", "1000 events/s", "2000 events/s", "backlog of 50000")) {
            paths.put(load, "loads/load=" + load.replace("/", Numbers.SLASH) + "/requestsPerEvent");
        }
        return paths;
    }

    /** Without the one that does next to nothing, for which the start of its JVM is what counts. */
    private static Map<String, String> busyContenders(String before, String after) {
        Map<String, String> paths = contenders(before, after);
        paths.remove(SLOW_POLLER);
        return paths;
    }

    private static Map<String, String> contenders(String before, String after) {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String name : List.of(
                "relay",
                "poller without pause, 10 a batch",
                "transactionoutbox-core",
                "Spring Modulith",
                SLOW_POLLER)) {
            paths.put(name, before + name + after);
        }
        return paths;
    }

    private static Map<String, String> variants(String... names) {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String name : names) {
            paths.put(name, "rounds/variant=" + name + "/eventsPerSecond");
        }
        return paths;
    }

    private static Map<String, String> of(String... labelsAndPaths) {
        Map<String, String> paths = new LinkedHashMap<>();
        for (int i = 0; i < labelsAndPaths.length; i += 2) {
            paths.put(labelsAndPaths[i], labelsAndPaths[i + 1]);
        }
        return paths;
    }

    private static Section rates(String benchmark, String title, String unit, Map<String, String> paths) {
        return new Section(benchmark, benchmark, title, unit, false, paths);
    }

    private static Section latencies(String benchmark, String title, Map<String, String> paths) {
        return new Section(benchmark, benchmark, title, MS, true, paths);
    }
}
