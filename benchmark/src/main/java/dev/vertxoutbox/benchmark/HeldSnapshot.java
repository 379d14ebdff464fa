package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a session that is idle in a transaction costs the relay: while it holds its snapshot, nothing that was sent and
 * deleted can be removed from the table. Alternately without such a session and with one, which has read and written.
 */
final class HeldSnapshot implements Measurement {
    private static final String NONE = "no snapshot held";
    private static final String HELD = "snapshot held";
    private static final double GOAL = 0.7;

    private final int events = Settings.of("events", 1_000_000);
    private final int subjects = Settings.of("subjects", 20_000);
    private final int warmUpEvents = Settings.of("warmUpEvents", 100_000);
    private final int rounds = Settings.of("rounds", 1);
    private final Duration limit = Duration.ofSeconds(Settings.of("limitSeconds", 600));
    private final List<Round> measured = new ArrayList<>();
    private final JsonArray tenths = new JsonArray();

    @Override
    public void run(Bench bench) {
        Result result = new Result("snapshot", bench)
                .setting("events", events)
                .setting("subjects", subjects)
                .setting("warmUpEvents", warmUpEvents)
                .setting("rounds", rounds)
                .setting("limitSeconds", limit.toSeconds())
                .setting("stubDelayMs", Throughput.DELAY_MILLIS);
        try (OutboxProcess relay = bench.relay()) {
            bench.backlog().warmUp(warmUpEvents, Throughput.DELAY_MILLIS);
            for (int i = 0; i < rounds; i++) {
                note(bench, round(bench, relay, NONE));
                note(bench, held(bench, relay));
            }
        }
        double without = Round.median(measured, NONE);
        double held = Round.median(measured, HELD) / without;
        result.put("medianEventsPerSecond", new JsonObject().put(NONE, without))
                .put("rounds", Round.toJson(measured))
                .put("eventsPerSecondByTenth", tenths)
                .goal("snapshot held: at least 70 % of without", held, held >= GOAL)
                .write(bench.root());
    }

    private Round held(Bench bench, OutboxProcess relay) {
        PgConnection session = bench.database().connect();
        try {
            session.query("BEGIN ISOLATION LEVEL REPEATABLE READ").execute().await();
            session.query("SELECT count(*), txid_current() FROM outbox.paused_topic")
                    .execute()
                    .await();
            return round(bench, relay, HELD);
        } finally {
            session.close().await();
        }
    }

    private Round round(Bench bench, OutboxProcess relay, String variant) {
        return bench.drain(variant, List.of(relay), new Backlog.Size(events, subjects), Throughput.DELAY_MILLIS, limit);
    }

    private void note(Bench bench, Round round) {
        measured.add(round);
        JsonArray byTenth = Tenths.of(bench.stub(), events).toJson();
        tenths.add(new JsonObject().put("variant", round.variant()).put("eventsPerSecond", byTenth));
        System.out.println(round.toJson().encode() + " by tenth " + byTenth.encode());
        if (round.report().events() < events) {
            bench.backlog().clear();
        }
    }
}
