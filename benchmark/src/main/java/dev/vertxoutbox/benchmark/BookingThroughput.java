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
    private static final String RELAY_SESSIONS = "outbox-relay";

    private final int connections = Settings.of("connections", 256);
    private final int pgbenchConnections = Settings.of("pgbenchConnections", 16);
    private final int seconds = Settings.of("seconds", 8, 5);
    private final int rounds = Settings.of("rounds", 3, 1);
    private final int warmUpSeconds = Settings.of("warmUpSeconds", 35, 5);
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
        Pgbench limit = new Pgbench(bench);
        try (BookingLoad load = new BookingLoad(bench);
                FlightProcess flight = FlightProcess.start(bench, "flight", OutboxProcess.JVM_OPTIONS);
                FlightProcess former = before.map(
                                jar -> FlightProcess.start(bench, jar, "before", OutboxProcess.JVM_OPTIONS))
                        .orElse(null);
                OutboxProcess relay = bench.relay("flight", OutboxProcess.JVM_OPTIONS)) {
            warmUp(bench, load, flight, relay);
            if (former != null) {
                load.run(former, connections, 0, warmUpSeconds);
            }
            List<Runnable> variants = new ArrayList<>(List.of(
                    () -> pgbench.add(transactions(load, limit)),
                    () -> service.add(book(load, flight, "service")),
                    () -> relayed.add(bookAndRelay(bench, load, flight, relay))));
            if (former != null) {
                variants.add(() -> earlier.add(book(load, former, "before")));
            }
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

    /** First the service without the relay, then the relay, which sends what was booked; else one would wait for the other. */
    private void warmUp(Bench bench, BookingLoad load, FlightProcess flight, OutboxProcess relay) {
        bench.stub().reset(STUB_DELAY_MILLIS);
        bench.database().execute("INSERT INTO outbox.paused_topic (topic) VALUES ('flight')");
        load.run(flight, connections, 0, warmUpSeconds);
        bench.database().execute("DELETE FROM outbox.paused_topic");
        bench.backlog().awaitEmpty();
        relay.process().suspend();
    }

    /** What its own CPU time costs: it shares the cores with all others. In other rounds it stands still. */
    private JsonObject bookAndRelay(Bench bench, BookingLoad load, FlightProcess flight, OutboxProcess relay) {
        relay.process().resume();
        // Its sessions have been silent for too long: it makes new ones.
        load.run(flight, connections, 0, 1);
        bench.backlog().awaitEmpty();
        load.clear();
        bench.stub().reset(STUB_DELAY_MILLIS);
        Duration cpu = relay.process().cpu();
        Duration sessions = bench.database().cpuOfSessions(RELAY_SESSIONS);
        Duration stub = bench.stub().process().cpu();
        Outcome outcome = load.run(flight, connections, 0, seconds);
        double relayCpu = relay.process().cpu().minus(cpu).toMillis() / 1000.0;
        double sessionsCpu =
                bench.database().cpuOfSessions(RELAY_SESSIONS).minus(sessions).toMillis() / 1000.0;
        double stubCpu = bench.stub().process().cpu().minus(stub).toMillis() / 1000.0;
        Stub.Report sent = bench.stub().report();
        bench.backlog().awaitEmpty();
        JsonObject check =
                load.check(outcome, true).put("sent", bench.stub().report().events());
        if (!check.getLong("sent").equals(check.getLong("bookings"))
                || bench.stub().report().gaps() != 0) {
            throw new IllegalStateException("Not what was booked was sent: " + check);
        }
        relay.process().suspend();
        return round("service and relay", outcome)
                .put("relayCpuSeconds", relayCpu)
                .put("relaySessionsCpuSeconds", sessionsCpu)
                .put("stubCpuSeconds", stubCpu)
                .put("sentMeanwhile", sent.events())
                .put("check", check);
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
        double share = Median.of(relayed.stream().mapToDouble(BookingThroughput::coresLeft));
        result.put("coresLeftByRelayAndStub", share)
                .goal("bookings/s at least 1.0 of pgbench transactions/s", booked / limit, booked / limit >= GOAL)
                .goal(
                        "with the relay at least the share of the cores that it leaves (" + Math.round(share * 100)
                                + " %)",
                        withRelay / booked,
                        withRelay / booked >= share);
    }

    /** The share that the relay, its sessions and the stub leave to the others. */
    private static double coresLeft(JsonObject round) {
        double taken = round.getDouble("relayCpuSeconds")
                + round.getDouble("relaySessionsCpuSeconds")
                + round.getDouble("stubCpuSeconds");
        return 1
                - taken
                        / (round.getDouble("secondsWithWarmUp")
                                * Runtime.getRuntime().availableProcessors());
    }

    private static double median(List<JsonObject> rounds, String field) {
        return Median.of(rounds.stream().mapToDouble(round -> round.getDouble(field)));
    }
}
