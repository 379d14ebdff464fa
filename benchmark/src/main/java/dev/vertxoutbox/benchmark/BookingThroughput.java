package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.benchmark.BookingLoad.Outcome;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Bookings over HTTP at 256 connections, to the transactions of {@code pgbench} at 16, alternately: one statement that
 * inserts a booking and its event, a transaction each. The same with a relay that sends what is booked; and, if it is given,
 * with an earlier build of the service.
 */
final class BookingThroughput implements Measurement {
    private static final double GOAL = 1.0;
    private static final int STUB_DELAY_MILLIS = 10;

    private final int connections = Settings.of("connections", 256);
    private final int pgbenchConnections = Settings.of("pgbenchConnections", 16);
    private final int seconds = Settings.of("seconds", 8, 5);
    private final int rounds = Settings.of("rounds", 3, 1);
    private final int warmUpSeconds = Settings.of("warmUpSeconds", 15, 5);
    private final Optional<Path> before =
            Optional.ofNullable(System.getProperty("before")).map(Path::of);

    private final List<Double> pgbench = new ArrayList<>();
    private final List<JsonObject> service = new ArrayList<>();
    private final List<JsonObject> relayed = new ArrayList<>();
    private final List<JsonObject> earlier = new ArrayList<>();

    @Override
    public void run(Bench bench) {
        Result result = new Result("bookings", bench)
                .setting("connections", connections)
                .setting("pgbenchConnections", pgbenchConnections)
                .setting("secondsPerRound", seconds)
                .setting("rounds", rounds)
                .setting("warmUpSeconds", warmUpSeconds);
        BookingLoad load = new BookingLoad(bench);
        Pgbench limit = new Pgbench(bench);
        try (FlightProcess flight = FlightProcess.start(bench, "flight", OutboxProcess.JVM_OPTIONS);
                FlightProcess former = before.map(
                                jar -> FlightProcess.start(bench, jar, "before", OutboxProcess.JVM_OPTIONS))
                        .orElse(null)) {
            load.run(flight, connections, 0, warmUpSeconds);
            if (former != null) {
                load.run(former, connections, 0, warmUpSeconds);
            }
            List<Runnable> variants = new ArrayList<>(List.of(
                    () -> pgbench.add(transactions(load, limit)),
                    () -> service.add(book(load, flight, "service")),
                    () -> relayed.add(bookAndRelay(bench, load, flight))));
            if (former != null) {
                variants.add(() -> earlier.add(book(load, former, "before")));
            }
            limit.run(pgbenchConnections, warmUpSeconds);
            for (int i = 0; i < rounds; i++) {
                variants.forEach(Runnable::run);
                Collections.reverse(variants);
            }
        }
        report(result);
        result.write(bench.root());
    }

    private double transactions(BookingLoad load, Pgbench limit) {
        load.clear();
        double rate = limit.run(pgbenchConnections, seconds);
        System.out.printf("pgbench: %.0f transactions/s%n", rate);
        return rate;
    }

    private JsonObject book(BookingLoad load, FlightProcess flight, String name) {
        load.clear();
        Outcome outcome = load.run(flight, connections, 0, seconds);
        return round(name, outcome).put("check", load.check(outcome, false));
    }

    /** What its own CPU time costs: it shares the cores with all others. */
    private JsonObject bookAndRelay(Bench bench, BookingLoad load, FlightProcess flight) {
        load.clear();
        try (OutboxProcess relay = bench.relay("flight", OutboxProcess.JVM_OPTIONS)) {
            // It warms up by sending what is booked now, but after that, or it would be compiled in the service's time.
            bench.stub().reset(STUB_DELAY_MILLIS);
            bench.database().execute("INSERT INTO outbox.paused_topic (topic) VALUES ('flight')");
            load.run(flight, connections, 0, warmUpSeconds / 3);
            bench.database().execute("DELETE FROM outbox.paused_topic");
            bench.backlog().awaitEmpty();
            load.clear();
            bench.stub().reset(STUB_DELAY_MILLIS);
            Duration cpu = relay.process().cpu();
            Duration stub = bench.stub().process().cpu();
            Outcome outcome = load.run(flight, connections, 0, seconds);
            double relayCpu = relay.process().cpu().minus(cpu).toMillis() / 1000.0;
            double stubCpu = bench.stub().process().cpu().minus(stub).toMillis() / 1000.0;
            Stub.Report sent = bench.stub().report();
            bench.backlog().awaitEmpty();
            JsonObject check =
                    load.check(outcome, true).put("sent", bench.stub().report().events());
            if (!check.getLong("sent").equals(check.getLong("bookings"))
                    || bench.stub().report().gaps() != 0) {
                throw new IllegalStateException("Not what was booked was sent: " + check);
            }
            return round("service and relay", outcome)
                    .put("relayCpuSeconds", relayCpu)
                    .put("stubCpuSeconds", stubCpu)
                    .put("sentMeanwhile", sent.events())
                    .put("check", check);
        }
    }

    private JsonObject round(String name, Outcome outcome) {
        double micros = outcome.cpuMicrosPerBooking("service");
        System.out.printf(
                "%s: %.0f bookings/s, p99 %s ms, %.0f us CPU of the service each%n",
                name, outcome.perSecond(seconds), outcome.of("201").getValue("p99"), micros);
        return new JsonObject()
                .put("bookingsPerSecond", Math.round(outcome.perSecond(seconds)))
                .put("serviceCpuMicrosPerBooking", micros)
                .put("postgresCpuMicrosPerBooking", outcome.cpuMicrosPerBooking("postgres"))
                .mergeIn(outcome.toJson());
    }

    private void report(Result result) {
        double limit = Median.of(pgbench.stream().mapToDouble(rate -> rate));
        double booked = median(service, "bookingsPerSecond");
        double withRelay = median(relayed, "bookingsPerSecond");
        result.put("pgbenchTransactionsPerSecond", new JsonArray(pgbench))
                .put("service", new JsonArray(service))
                .put("serviceAndRelay", new JsonArray(relayed))
                .put("medianPgbench", limit)
                .put("medianService", booked)
                .put("medianServiceAndRelay", withRelay)
                .put("serviceCpuMicrosPerBooking", median(service, "serviceCpuMicrosPerBooking"));
        if (!earlier.isEmpty()) {
            result.put("before", new JsonArray(earlier))
                    .put("medianBefore", median(earlier, "bookingsPerSecond"))
                    .put("beforeCpuMicrosPerBooking", median(earlier, "serviceCpuMicrosPerBooking"));
        }
        // The cores that relay and stub leave to the others.
        double share = Median.of(relayed.stream()
                .mapToDouble(round -> 1
                        - (round.getDouble("relayCpuSeconds") + round.getDouble("stubCpuSeconds"))
                                / (round.getDouble("secondsWithWarmUp")
                                        * Runtime.getRuntime().availableProcessors())));
        result.put("coresLeftByRelayAndStub", share)
                .goal("bookings/s at least 1.0 of pgbench transactions/s", booked / limit, booked / limit >= GOAL)
                .goal(
                        "with the relay at least the share of the cores that it leaves (" + Math.round(share * 100)
                                + " %)",
                        withRelay / booked,
                        withRelay / booked >= share);
    }

    private static double median(List<JsonObject> rounds, String field) {
        return Median.of(rounds.stream().mapToDouble(round -> round.getDouble(field)));
    }
}
