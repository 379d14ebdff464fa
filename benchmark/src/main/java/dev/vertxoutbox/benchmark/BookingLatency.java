package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.benchmark.BookingLoad.Outcome;
import dev.vertxoutbox.benchmark.load.LoneCustomer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Transaction;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a booking takes: at 70 % of what the service does at most, sent at fixed times; and alone, to the plain transaction
 * that inserts a booking and its event, each statement awaited.
 */
final class BookingLatency implements Measurement {
    private static final double P99_GOAL_MS = 25;
    private static final double LONE_GOAL = 1.5;
    private static final int MOST_SECONDS = 6;

    /** What a generator that is still interpreted leaves behind takes seconds to be worked off at 70 %. */
    private static final int CALM_SECONDS = 10;

    private static final String BOOKING = """
            INSERT INTO flight.booking (id, departure_airport, arrival_airport, departure_time, arrival_time, fare_amount, fare_currency)
            VALUES (uuidv7(), 'Paris CDG', 'London LHR', '2035-03-01T09:00:00Z', '2035-03-01T10:15:00Z', 120, 'EUR')
            """;
    private static final String EVENT = """
            INSERT INTO outbox.event (topic, subject, type, data, source, sequence)
            SELECT 'flight', gen_random_uuid(), 'flight.booked', '{"departureAirport":"Paris CDG","arrivalAirport":"London LHR"}', '/flight', 1
            """;

    private final int connections = Settings.of("connections", 256);
    private final int seconds = Settings.of("seconds", 10);
    private final int rounds = Settings.of("rounds", 3);
    private final int warmUpSeconds = Settings.of("warmUpSeconds", 20);
    private final int loneBookings = Settings.of("loneBookings", 500);

    @Override
    public void run(Bench bench) {
        Result result = new Result("booking-latency", bench)
                .setting("connections", connections)
                .setting("secondsPerRound", seconds)
                .setting("rounds", rounds)
                .setting("loneBookings", loneBookings);
        try (BookingLoad load = new BookingLoad(bench);
                FlightProcess flight = FlightProcess.start(bench, "flight", OutboxProcess.JVM_OPTIONS)) {
            load.run(flight, connections, 0, warmUpSeconds);
            atSeventyPercent(result, load, flight);
            alone(result, bench, flight);
        }
        result.write(bench.root());
    }

    private void atSeventyPercent(Result result, BookingLoad load, FlightProcess flight) {
        List<JsonObject> kept = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            load.clear();
            Outcome most = load.run(flight, connections, 0, MOST_SECONDS);
            int rate = (int) (most.perSecond(MOST_SECONDS) * 0.7);
            load.clear();
            Outcome outcome = load.run(
                    flight, connections, connections, "%d:%d,%d:%d".formatted(rate, CALM_SECONDS, rate, seconds));
            JsonObject check = load.check(outcome, false);
            System.out.printf(
                    "most %.0f/s; at %d/s p50 %s, p99 %s ms%n",
                    most.perSecond(MOST_SECONDS),
                    rate,
                    outcome.of("201").getValue("p50"),
                    outcome.of("201").getValue("p99"));
            kept.add(new JsonObject()
                    .put("mostPerSecond", most.perSecond(MOST_SECONDS))
                    .put("perSecond", rate)
                    .put("p99", outcome.of("201").getDouble("p99"))
                    .put("check", check)
                    .mergeIn(outcome.toJson()));
        }
        double p99 = Median.of(kept.stream().mapToDouble(round -> round.getDouble("p99")));
        result.put("atSeventyPercent", new JsonArray(kept))
                .goal("p99 at 70 % of the most <= 25 ms", p99, p99 <= P99_GOAL_MS);
    }

    private void alone(Result result, Bench bench, FlightProcess flight) {
        Samples plain = new Samples();
        Samples booked = new Samples();
        PgConnection connection = bench.database().connect();
        connection.query("SET outbox.ring = 'after_commit'").execute().await();
        try (LoneCustomer customer = new LoneCustomer(flight.port())) {
            for (int i = -loneBookings; i < loneBookings; i++) {
                long start = System.nanoTime();
                transaction(connection);
                long middle = System.nanoTime();
                customer.book();
                long end = System.nanoTime();
                if (i >= 0) { // The first half only warms up.
                    plain.add(middle - start);
                    booked.add(end - middle);
                }
            }
        }
        System.out.println("plain transaction: " + plain);
        System.out.println("lone booking:      " + booked);
        double ratio = booked.median() / plain.median();
        result.put("plainTransaction", plain.toJson())
                .put("loneBooking", booked.toJson())
                .goal("a lone booking takes at most 1.5 of the plain transaction (p50)", ratio, ratio <= LONE_GOAL);
    }

    private static void transaction(PgConnection connection) {
        Transaction transaction = connection.begin().await();
        connection.preparedQuery(BOOKING).execute().await();
        connection.preparedQuery(EVENT).execute().await();
        transaction.commit().await();
    }
}
