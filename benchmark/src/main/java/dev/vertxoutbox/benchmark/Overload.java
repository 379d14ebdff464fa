package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.benchmark.BookingLoad.Outcome;
import io.vertx.core.json.JsonObject;

/** 70 % of the bookings the service can do, then twice as many as it can do, then 70 % again: what is taken in, what is refused, and what is left behind. */
final class Overload implements Measurement {
    private static final double P99_GOAL_MS = 250;
    private static final int RECOVERY_GOAL_SECONDS = 2;
    private static final int CALM_SECONDS = 10;

    private final int connections = Settings.of("connections", 8_000);
    private final int seconds = Settings.of("seconds", 60);
    private final int warmUpSeconds = Settings.of("warmUpSeconds", 15);

    @Override
    public void run(Bench bench) {
        Result result = new Result("overload", bench)
                .setting("connections", connections)
                .setting("seconds", seconds);
        try (BookingLoad load = new BookingLoad(bench);
                FlightProcess flight = FlightProcess.start(bench, "flight", OutboxProcess.JVM_OPTIONS)) {
            load.run(flight, 256, 0, warmUpSeconds);
            load.clear();
            int most = (int) load.run(flight, 256, 0, 10).perSecond(10);
            load.clear();
            int calm = most * 7 / 10;
            // A generator that starts with the overload is behind, by its own fault, before its code is compiled.
            String phases = "%d:%d,%d:%d,%d:%d".formatted(calm, CALM_SECONDS, 2 * most, seconds, calm, CALM_SECONDS);
            Outcome outcome = load.run(flight, connections, connections, phases);
            double p99 = outcome.report()
                    .getJsonArray("bookedByPhase")
                    .getJsonObject(0)
                    .getDouble("p99");
            int recovery = recoverySeconds(outcome);
            System.out.printf(
                    "most %d/s; at twice that 201: %d, p99 %s ms; 503: %d, p99 %s ms; recovered after %d s%n",
                    most,
                    outcome.count("201"),
                    p99,
                    outcome.count("503"),
                    outcome.of("503").getValue("p99"),
                    recovery);
            result.put("mostPerSecond", most)
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
