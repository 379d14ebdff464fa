package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.sandbox.TcpProxy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the rate at which a backlog is sent, and its cost in CPU time, depend on relays, buckets, subjects, payload and
 * distances: each backlog of {@link ScalePoint#all}, by relays that have sent another one for practice.
 */
final class Scale implements Measurement {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final int warmUpEvents = Settings.of("warmUpEvents", 30_000);
    private final int rounds = Settings.of("rounds", 1);
    private final JsonArray measured = new JsonArray();

    @Override
    public void run(Bench bench) {
        Result result =
                new Result("scale", bench).setting("warmUpEvents", warmUpEvents).setting("rounds", rounds);
        PgConnectOptions database = bench.database().connectOptions();
        try (TcpProxy proxy = TcpProxy.start(database.getHost(), database.getPort())) {
            for (int i = 0; i < rounds; i++) {
                List<ScalePoint> rest = new ArrayList<>(ScalePoint.all());
                while (!rest.isEmpty()) {
                    ScalePoint first = rest.get(0);
                    List<ScalePoint> together =
                            rest.stream().filter(first::sharesRelaysWith).toList();
                    rest.removeAll(together);
                    measure(bench, proxy, together);
                }
            }
        }
        result.put("rounds", measured).write(bench.root());
    }

    private void measure(Bench bench, TcpProxy proxy, List<ScalePoint> points) {
        ScalePoint first = points.get(0);
        Map<String, String> variables = new HashMap<>();
        variables.put("RELAY_CONCURRENCY", Integer.toString(first.concurrency));
        if (first.databaseMillis >= 0) {
            variables.put("PGHOST", "127.0.0.1");
            variables.put("PGPORT", Integer.toString(proxy.port()));
        }
        List<OutboxProcess> relays = bench.relays(first.relays, variables);
        try {
            bench.backlog().warmUp(warmUpEvents, Throughput.DELAY_MILLIS);
            for (ScalePoint point : points) {
                proxy.delay(Duration.ofMillis(Math.max(0, point.databaseMillis)));
                note(point, drain(bench, relays, point));
                bench.backlog().awaitEmpty();
            }
        } finally {
            proxy.heal();
            relays.forEach(OutboxProcess::close);
        }
    }

    private static Round drain(Bench bench, List<OutboxProcess> relays, ScalePoint point) {
        bench.backlog().insert(point.insert());
        bench.stub().reset(point.queueMillis);
        Round.Meter cpu = new Round.Meter(
                bench, relays.stream().map(OutboxProcess::process).toList());
        bench.backlog().release();
        Round round = new Round(point.variant, bench.stub().await(point.events, LIMIT), cpu.read());
        if (round.report().events() != point.events) {
            throw new IllegalStateException("Only " + round.report() + " of " + point.variant);
        }
        return round;
    }

    private void note(ScalePoint point, Round round) {
        JsonObject json = round.toJson().put("payloadBytes", point.payloadBytes).put("subjects", point.subjects);
        measured.add(json);
        System.out.println(json.encode());
    }
}
