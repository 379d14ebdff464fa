package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * How many requests to SQS an event takes from the outbox to its effect: sent by a relay, passed on by the stub, received
 * and deleted by a consumer. At fixed rates, for a backlog, and of a consumer that has nothing to do.
 */
final class RequestsPerEvent implements Measurement {
    private static final double MOST_PER_EVENT = 0.35;
    private static final int LONG_POLL_SECONDS = 20;
    private static final Duration DRAINED = Duration.ofMinutes(2);
    private static final Duration SLICE = Duration.ofMillis(10);

    private final int[] rates = Settings.list("rates", "50,1000");
    private final int seconds = Settings.of("seconds", 8);
    private final int idleSeconds = Settings.of("idleSeconds", 45);
    private final int delayMillis = Settings.of("stubDelayMs", 10);
    private final int backlogEvents = Settings.of("events", 20_000);
    private final int pollers = Settings.of("pollers", 2);
    private final int maxInFlight = Settings.of("maxInFlight", 100);
    private final JsonArray loads = new JsonArray();

    @Override
    public void run(Bench bench) {
        Result result = new Result("requests-per-event", bench)
                .setting("seconds", seconds)
                .setting("idleSeconds", idleSeconds)
                .setting("stubDelayMs", delayMillis)
                .setting("events", backlogEvents)
                .setting("pollers", pollers)
                .setting("maxInFlight", maxInFlight);
        bench.database().execute(InboxConsumer.SCHEMA);
        try (OutboxProcess relay = bench.relay();
                ChildProcess consumer =
                        InboxConsumer.start(bench, InboxConsumer.Calls.FOR_EACH_EVENT, pollers, maxInFlight, 1)) {
            relay.awaitServing();
            backlog(bench, 20_000, "warm-up");
            loads.clear();
            for (int rate : rates) {
                atRate(bench, rate);
            }
            double perEvent = backlog(bench, backlogEvents, "backlog of " + backlogEvents);
            double idle = idle(bench, consumer);
            result.put("loads", loads)
                    .put("idleRequestsPer20s", idle)
                    .goal("at load at most 0.35 requests per event", perEvent, perEvent <= MOST_PER_EVENT)
                    .goal("idle: at most " + pollers + " polls per 20 s", idle, idle <= pollers)
                    .write(bench.root());
        }
    }

    private void atRate(Bench bench, int rate) {
        bench.stub().reset(delayMillis);
        bench.stub().passOn();
        long start = System.nanoTime();
        long slices = Duration.ofSeconds(seconds).dividedBy(SLICE);
        int total = 0;
        for (int slice = 1; slice <= slices; slice++) {
            int due = (int) (slice * (long) rate * SLICE.toMillis() / 1000);
            for (; total < due; total++) {
                bench.database().execute(event(total));
            }
            Waiting.pause(Duration.ofNanos(Math.max(0, start + slice * SLICE.toNanos() - System.nanoTime())));
        }
        note(bench, rate + " events/s", total);
    }

    private double backlog(Bench bench, int events, String load) {
        bench.backlog().insert(new Backlog.Size(events, events));
        bench.stub().reset(delayMillis);
        bench.stub().passOn();
        bench.backlog().release();
        return note(bench, load, events);
    }

    private double note(Bench bench, String load, int events) {
        JsonObject queue = bench.stub().awaitDeleted(events, DRAINED);
        if (queue.getLong("events") != events) {
            throw new IllegalStateException("Of " + events + " events: " + queue);
        }
        long sends = bench.stub().report().requests();
        double perEvent = (sends + queue.getLong("requests")) / (double) events;
        JsonObject counted = new JsonObject()
                .put("load", load)
                .put("events", events)
                .put("sends", sends)
                .put("receives", queue.getLong("receives"))
                .put("deletes", queue.getLong("deletes"))
                .put("visibilityChanges", queue.getLong("visibilityChanges"))
                .put("requestsPerEvent", perEvent);
        System.out.println(counted.encode());
        loads.add(counted);
        return perEvent;
    }

    private double idle(Bench bench, ChildProcess consumer) {
        Waiting.pause(Duration.ofSeconds(1)); // The last deletes.
        JsonObject before = bench.stub().queue();
        Waiting.pause(Duration.ofSeconds(idleSeconds));
        JsonObject after = bench.stub().queue();
        System.out.println("idle: from " + before.encode() + " to " + after.encode() + " of process " + consumer.pid());
        return (after.getLong("requests") - before.getLong("requests")) * LONG_POLL_SECONDS / (double) idleSeconds;
    }

    private static String event(int n) {
        return "INSERT INTO outbox.event (topic, subject, type, data) VALUES ('" + Backlog.TOPIC + "', 's" + n
                + "', 'flight.booked', '{\"fare\":{\"amount\":120,\"currency\":\"EUR\"}}')";
    }
}
