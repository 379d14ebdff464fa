package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.benchmark.BookingLoad.Outcome;
import io.vertx.core.json.JsonObject;

/**
 * 70 % of the load that the service sustains, then twice that load, then 70 % again: what is taken in, what is refused, and
 * what is left behind. It sustains what it answers at fixed times, for as long as the overload lasts, with p99 as it should
 * be and one in a hundred refused at most: a slow sync of the WAL is not an overload.
 */
final class Overload implements Measurement {
    private static final double P99_GOAL_MS = 250;
    private static final int RECOVERY_GOAL_SECONDS = 2;
    private static final int CALM_SECONDS = 10;
    private static final int STEP_PERCENT = 5;
    private static final double SUSTAINED_SHARE = 0.99;

    private final int connections = Settings.of("connections", 16_000);
    private final int seconds = Settings.of("seconds", 60);
    private final int warmUpSeconds = Settings.of("warmUpSeconds", 15);
    private final int practiceSeconds = Settings.of("practiceSeconds", 30);

    @Override
    public void run(Bench bench) {
        Result result = new Result("overload", bench)
                .setting("connections", connections)
                .setting("seconds", seconds)
                .setting("practiceSeconds", practiceSeconds);
        try (BookingLoad load = new BookingLoad(bench);
                FlightProcess flight = FlightProcess.start(bench, "flight", OutboxProcess.JVM_OPTIONS)) {
            load.run(flight, 256, 0, warmUpSeconds);
            load.clear();
            int most = (int) load.run(flight, 256, 0, 10).perSecond(10);
            // The first overload of a process compiles for as long as it lasts.
            load.run(flight, connections, 2 * most, practiceSeconds);
            int sustained = sustained(load, flight, most);
            load.clear();
            int calm = sustained * 7 / 10;
            // A generator that starts with the overload is behind, by its own fault, before its code is compiled.
            String phases =
                    "%d:%d,%d:%d,%d:%d".formatted(calm, CALM_SECONDS, 2 * sustained, seconds, calm, CALM_SECONDS);
            Outcome outcome = load.run(flight, connections, connections, phases);
            double p99 = outcome.report()
                    .getJsonArray("bookedByPhase")
                    .getJsonObject(0)
                    .getDouble("p99");
            int recovery = recoverySeconds(outcome);
            System.out.printf(
                    "most %d/s, sustained %d/s; at twice that 201: %d, p99 %s ms; 503: %d, p99 %s ms; recovered after %d s%n",
                    most,
                    sustained,
                    outcome.count("201"),
                    p99,
                    outcome.count("503"),
                    outcome.of("503").getValue("p99"),
                    recovery);
            result.put("mostPerSecond", most)
                    .put("sustainedPerSecond", sustained)
                    .put("booked", outcome.toJson())
                    .put("check", load.check(outcome, false))
                    .goal("p99 of what is accepted <= 250 ms", p99, p99 <= P99_GOAL_MS)
                    .goal(
                            "everything else is answered 503 (other answers)",
                            (double) outcome.errors(),
                            outcome.errors() == 0)
                    .goal("seconds until the service has recovered <= 2", recovery, recovery <= RECOVERY_GOAL_SECONDS)
                    .write(bench.root());
        }
    }

    /** Steps down from what is done when each customer waits for an answer before it sends again. */
    private int sustained(BookingLoad load, FlightProcess flight, int most) {
        for (int percent = 100 - STEP_PERCENT; percent > 0; percent -= STEP_PERCENT) {
            load.clear();
            int rate = most * percent / 100;
            Outcome outcome = load.run(flight, connections, rate, seconds);
            double p99 = outcome.of("201").getDouble("p99", Double.POSITIVE_INFINITY);
            System.out.printf("%d/s: 201: %d, p99 %s ms%n", rate, outcome.count("201"), p99);
            if (outcome.count("201") >= rate * seconds * SUSTAINED_SHARE && p99 <= P99_GOAL_MS) {
                return rate;
            }
        }
        throw new IllegalStateException("No load is sustained: see " + most + " bookings/s at most");
    }

    /** Whole seconds after the overload until none is refused any more and p99 is as it should be. */
    private int recoverySeconds(Outcome outcome) {
        int recovered = CALM_SECONDS;
        for (int second = Math.min(seconds + CALM_SECONDS, outcome.bySecond().size()) - 1;
                second >= seconds;
                second--) {
            JsonObject answers = outcome.bySecond().getJsonObject(second);
            if (answers.getInteger("others") > 0 || answers.getDouble("p99") > P99_GOAL_MS) {
                break;
            }
            recovered = second - seconds;
        }
        return recovered;
    }
}
