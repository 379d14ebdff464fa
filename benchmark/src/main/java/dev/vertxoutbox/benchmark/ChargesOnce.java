package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Whether each booking is charged exactly once when its event is delivered one to three times, in random order, to
 * payment processes that are killed at random: their charges by the gateway's own books.
 */
final class ChargesOnce implements Measurement {
    private static final Duration VISIBILITY = Duration.ofSeconds(10);
    private static final int MOST_DELIVERIES = 3;
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final String CHARGED =
            "SELECT count(*) FROM payment.simulated_charge WHERE kind = 'charge' AND amount = 120";
    private static final String NOT_ONCE = "SELECT count(*) FROM (SELECT FROM payment.simulated_charge"
            + " GROUP BY booking_id HAVING count(*) <> 1) AS wrong";
    private static final String AUTHORIZED = "SELECT count(*) FROM payment.payment WHERE status = 'AUTHORIZED'";
    private static final String ANNOUNCED =
            "SELECT count(DISTINCT subject) FROM outbox.event WHERE type = 'payment.authorized'";
    private static final String ANNOUNCEMENTS = "SELECT count(*) FROM outbox.event";

    private final int events = Settings.of("events", 100_000);
    private final int processes = Settings.of("processes", 2);
    private final int killSeconds = Settings.of("killSeconds", 15);
    private final Random random = new Random(20_261_124);

    @Override
    public void run(Bench bench) {
        Result result = new Result("charges-once", bench)
                .setting("events", events)
                .setting("processes", processes)
                .setting("secondsBetweenKills", killSeconds)
                .setting("mostDeliveries", MOST_DELIVERIES);
        List<OutboxProcess> consumers = new ArrayList<>();
        try {
            for (int n = 0; n < processes; n++) {
                consumers.add(payment(bench, n));
            }
            bench.stub().shuffle(events, MOST_DELIVERIES, VISIBILITY);
            long start = System.nanoTime();
            int kills = consume(bench, consumers);
            report(
                    bench,
                    result.put("seconds", (System.nanoTime() - start) / 1e9).put("kills", kills));
        } finally {
            consumers.forEach(OutboxProcess::close);
        }
    }

    private int consume(Bench bench, List<OutboxProcess> consumers) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        int kills = 0;
        JsonObject queue = bench.stub().awaitGone(Duration.ofSeconds(killSeconds));
        while (queue.getInteger("remaining") > 0) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Not done after " + LIMIT + ": " + queue);
            }
            System.out.println("kill " + ++kills + " at " + queue.encode());
            int victim = random.nextInt(consumers.size());
            consumers.get(victim).process().kill();
            consumers.set(victim, payment(bench, victim));
            queue = bench.stub().awaitGone(Duration.ofMillis(random.nextInt(2_000 * killSeconds)));
        }
        return kills;
    }

    private void report(Bench bench, Result result) {
        long charged = bench.database().number(CHARGED);
        long notOnce = bench.database().number(NOT_ONCE);
        long authorized = bench.database().number(AUTHORIZED);
        long announced = bench.database().number(ANNOUNCED);
        long announcements = bench.database().number(ANNOUNCEMENTS);
        result.put("queue", bench.stub().queue())
                .put("charges", charged)
                .put("bookingsNotChargedOnce", notOnce)
                .put("paymentsAuthorized", authorized)
                .put("bookingsAnnounced", announced)
                .put("announcements", announcements)
                .goal("each of " + events + " bookings charged", (double) charged, charged == events)
                .goal("bookings charged more than once", (double) notOnce, notOnce == 0)
                .goal(
                        "each payment authorized and announced once",
                        (double) announcements,
                        authorized == events && announced == events && announcements == events)
                .write(bench.root());
    }

    private static OutboxProcess payment(Bench bench, int n) {
        Map<String, String> environment = new HashMap<>(bench.database().environment());
        environment.putAll(bench.stub().environment());
        environment.put("FLIGHT_QUEUE_URL", bench.stub().queueUrl());
        environment.put("PAYMENT_QUEUE_URL", bench.stub().queueUrl());
        environment.put("MANAGEMENT_PORT", "0");
        return OutboxProcess.start(
                        bench.jar(),
                        bench.logs().resolve("payment-" + n + ".log"),
                        environment,
                        OutboxProcess.JVM_OPTIONS,
                        List.of("payment"))
                .awaitServing();
    }
}
