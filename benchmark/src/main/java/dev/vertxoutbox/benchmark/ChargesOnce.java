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
    private static final Duration FIRST_KILL = Duration.ofSeconds(1);
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

    private final int events;
    private final int processes;
    private final int killSeconds;
    private final Random random = new Random(20_261_124);

    /**
     * What became of the bookings.
     *
     * @param charged those with a charge
     * @param notOnce those with a number of charges that is not one
     * @param authorized payments with that status
     * @param announced those whose payment is announced
     * @param announcements in all
     */
    record Outcome(int kills, long charged, long notOnce, long authorized, long announced, long announcements) {
        boolean isOnceFor(long events) {
            return charged == events
                    && notOnce == 0
                    && authorized == events
                    && announced == events
                    && announcements == events;
        }
    }

    /** As the settings have it. */
    ChargesOnce() {
        this(Settings.of("events", 100_000), Settings.of("processes", 2), Settings.of("killSeconds", 60));
    }

    /** @param killSeconds from one kill to the next on average; the first comes after a second */
    ChargesOnce(int events, int processes, int killSeconds) {
        this.events = events;
        this.processes = processes;
        this.killSeconds = killSeconds;
    }

    @Override
    public void run(Bench bench) {
        Result result = new Result("charges-once", bench)
                .setting("events", events)
                .setting("processes", processes)
                .setting("secondsBetweenKills", killSeconds)
                .setting("mostDeliveries", MOST_DELIVERIES);
        long start = System.nanoTime();
        Outcome outcome = consume(bench);
        result.put("seconds", (System.nanoTime() - start) / 1e9)
                .put("kills", outcome.kills())
                .put("queue", bench.stub().queue())
                .put("charges", outcome.charged())
                .put("bookingsNotChargedOnce", outcome.notOnce())
                .put("paymentsAuthorized", outcome.authorized())
                .put("bookingsAnnounced", outcome.announced())
                .put("announcements", outcome.announcements())
                .goal(
                        "each of " + events + " bookings charged",
                        (double) outcome.charged(),
                        outcome.charged() == events)
                .goal("bookings charged more than once", (double) outcome.notOnce(), outcome.notOnce() == 0)
                .goal(
                        "each payment authorized and announced once",
                        (double) outcome.announcements(),
                        outcome.isOnceFor(events))
                .write(bench.root());
    }

    /** Delivers all events to the payment processes, and kills those. */
    Outcome consume(Bench bench) {
        List<OutboxProcess> consumers = new ArrayList<>();
        try {
            for (int n = 0; n < processes; n++) {
                consumers.add(payment(bench, n));
            }
            consumers.forEach(OutboxProcess::awaitServing);
            bench.stub().shuffle(events, MOST_DELIVERIES, VISIBILITY);
            int kills = untilGone(bench, consumers);
            Database database = bench.database();
            return new Outcome(
                    kills,
                    database.number(CHARGED),
                    database.number(NOT_ONCE),
                    database.number(AUTHORIZED),
                    database.number(ANNOUNCED),
                    database.number(ANNOUNCEMENTS));
        } finally {
            consumers.forEach(OutboxProcess::close);
        }
    }

    private int untilGone(Bench bench, List<OutboxProcess> consumers) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        int kills = 0;
        JsonObject queue = bench.stub().awaitGone(FIRST_KILL);
        while (queue.getInteger("remaining") > 0) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Not done after " + LIMIT + ": " + queue);
            }
            System.out.println("kill " + ++kills + " at " + queue.encode());
            int victim = random.nextInt(consumers.size());
            consumers.get(victim).close();
            consumers.set(victim, payment(bench, victim).awaitServing());
            queue = bench.stub().awaitGone(Duration.ofMillis(random.nextInt(2_000 * killSeconds)));
        }
        return kills;
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
                List.of("payment"));
    }
}
