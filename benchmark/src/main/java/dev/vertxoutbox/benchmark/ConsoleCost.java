package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.benchmark.BookingLoad.Outcome;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Bookings/s of one process while nobody watches its console, and while twenty do, alternately. */
final class ConsoleCost implements Measurement {
    private static final double GOAL = 0.97;

    private final int connections = Settings.of("connections", 256);
    private final int watching = Settings.of("viewers", 20);
    private final int seconds = Settings.of("seconds", 5);
    private final int rounds = Settings.of("rounds", 3);
    private final int warmUpSeconds = Settings.of("warmUpSeconds", 12);

    private final List<JsonObject> unwatched = new ArrayList<>();
    private final List<JsonObject> watched = new ArrayList<>();

    @Override
    public void run(Bench bench) {
        Result result = new Result("console", bench)
                .setting("connections", connections)
                .setting("viewers", watching)
                .setting("secondsPerRound", seconds)
                .setting("rounds", rounds)
                .setting("warmUpSeconds", warmUpSeconds);
        try (BookingLoad load = new BookingLoad(bench);
                FlightProcess flight = FlightProcess.start(bench, "flight", OutboxProcess.JVM_OPTIONS)) {
            try (ConsoleViewers viewers = ConsoleViewers.open(flight.managementPort(), watching)) {
                load.run(flight, connections, 0, warmUpSeconds);
                viewers.shown();
            }
            List<Runnable> variants = new ArrayList<>(List.of(
                    () -> unwatched.add(round(load, flight, 0)), () -> watched.add(round(load, flight, watching))));
            for (int i = 0; i < rounds; i++) {
                variants.forEach(Runnable::run);
                Collections.reverse(variants);
            }
        }
        double without = median(unwatched);
        double with = median(watched);
        result.put("unwatched", new JsonArray(unwatched))
                .put("watched", new JsonArray(watched))
                .put("medianUnwatched", without)
                .put("medianWatched", with)
                .goal("bookings/s with viewers at least 0.97 of those without", with / without, with / without >= GOAL)
                .write(bench.root());
    }

    private JsonObject round(BookingLoad load, FlightProcess flight, int viewers) {
        load.clear();
        try (ConsoleViewers open = ConsoleViewers.open(flight.managementPort(), viewers)) {
            Outcome outcome = load.run(flight, connections, 0, seconds);
            System.out.printf("%d viewers: %.0f bookings/s%n", viewers, outcome.perSecond(seconds));
            return new JsonObject()
                    .put("bookingsPerSecond", Math.round(outcome.perSecond(seconds)))
                    .put("viewers", viewers)
                    .put("shown", open.shown())
                    .mergeIn(outcome.toJson())
                    .put("check", load.check(outcome, false));
        }
    }

    private static double median(List<JsonObject> rounds) {
        return Median.of(rounds.stream().mapToDouble(round -> round.getDouble("bookingsPerSecond")));
    }
}
