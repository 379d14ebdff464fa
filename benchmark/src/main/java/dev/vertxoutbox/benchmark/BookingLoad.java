package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.benchmark.load.LoadGenerator;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Bookings over HTTP by a load generator that is a process of its own, and what became of them in the database. The
 * generator stays for all runs: its code is compiled once.
 */
final class BookingLoad implements AutoCloseable {
    private static final String COUNT = """
            SELECT (SELECT count(*) FROM flight.booking) AS bookings,
                   (SELECT count(*) FROM outbox.event) AS events,
                   (SELECT count(*) FROM flight.booking b FULL JOIN outbox.event e ON e.subject = b.id::text
                    WHERE b.id IS NULL OR e.id IS NULL) AS apart
            """;
    private static final String MISSING =
            "SELECT count(*) FROM unnest($1::uuid[]) AS told (id) WHERE NOT EXISTS (SELECT FROM flight.booking b WHERE b.id = told.id)";

    private static final int WARM_UP_SECONDS = Settings.of("loadWarmUpSeconds", 4, 2);

    private final Bench bench;
    private final Pool pool;
    private final Path report;
    private final Path ids;
    private final ChildProcess generator;
    private int runs;

    BookingLoad(Bench bench) {
        this.bench = bench;
        this.pool = bench.database().pool(1);
        this.report = bench.logs().resolve("load-report.json");
        this.ids = bench.logs().resolve("booked-ids.txt");
        this.generator = ChildProcess.main(
                bench.logs().resolve("load.log"),
                LoadGenerator.class,
                List.of("-Xmx512m", "-XX:+UseSerialGC"),
                List.of(report.toString(), ids.toString()));
    }

    /**
     * What was measured.
     *
     * @param report of the generator
     * @param cpu seconds of the service and of PostgreSQL from the start of the generator to its end, its warm-up included
     * @param elapsedSeconds the same in time
     * @param booked those of the warm-up too
     */
    record Outcome(JsonObject report, JsonObject cpu, double elapsedSeconds, List<UUID> booked) {

        JsonObject of(String status) {
            return report.getJsonObject("answers").getJsonObject(status, new JsonObject());
        }

        long count(String status) {
            return of(status).getLong("count", 0L);
        }

        /** Answers other than 201 and 503. */
        long errors() {
            return report.getJsonObject("answers").fieldNames().stream()
                            .filter(status -> !status.equals("201") && !status.equals("503"))
                            .mapToLong(this::count)
                            .sum()
                    + report.getInteger("unanswered");
        }

        double perSecond(int seconds) {
            return count("201") / (double) seconds;
        }

        double cpuMicrosPerBooking(String process) {
            return cpu.getDouble(process) * 1e6 / Math.max(1, booked.size());
        }

        JsonObject toJson() {
            return new JsonObject()
                    .put("cpuSeconds", cpu)
                    .put("secondsWithWarmUp", elapsedSeconds)
                    .mergeIn(report);
        }

        JsonArray bySecond() {
            return report.getJsonArray("seconds");
        }
    }

    /**
     * Books on all of the connections, after a warm-up at the same rate.
     *
     * @param perSecond 0 when each connection is to send again as soon as it is answered
     */
    Outcome run(FlightProcess flight, int connections, int perSecond, int seconds) {
        return run(flight, connections, connections, perSecond, seconds);
    }

    /** The same on {@code active} of the connections. */
    Outcome run(FlightProcess flight, int connections, int active, int perSecond, int seconds) {
        return run(
                flight, connections, active, "%d:%d,%d:%d".formatted(perSecond, WARM_UP_SECONDS, perSecond, seconds));
    }

    /** Books on {@code active} of the connections, in phases as {@link LoadGenerator} has them. */
    Outcome run(FlightProcess flight, int connections, int active, String phases) {
        long start = System.nanoTime();
        Duration service = flight.cpu();
        Duration postgres = bench.database().cpu();
        generator.say("%d %d %d %s".formatted(flight.port(), connections, active, phases));
        runs++;
        generator.awaitOutput(Pattern.compile("(?m)^ran " + runs + "$"));
        JsonObject cpu = new JsonObject()
                .put("service", seconds(flight.cpu().minus(service)))
                .put("postgres", seconds(bench.database().cpu().minus(postgres)));
        double elapsedSeconds = (System.nanoTime() - start) / 1e9;
        try {
            List<UUID> booked =
                    Files.readAllLines(ids).stream().map(UUID::fromString).toList();
            return new Outcome(new JsonObject(Files.readString(report)), cpu, elapsedSeconds, booked);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /** Makes room for the next round: it starts with empty tables and nothing to be written behind it. */
    void clear() {
        bench.database().execute("TRUNCATE flight.booking, outbox.event");
        bench.database().execute("CHECKPOINT");
    }

    /**
     * Holds the database to what customers were told: each 201 has its row, and the rows are as many as 201s and requests
     * without an answer. Without a relay each row has its event, and each event its row.
     */
    JsonObject check(Outcome outcome, boolean relayed) {
        var row = pool.query(COUNT).execute().await().iterator().next();
        long missing = pool.preparedQuery(MISSING)
                .execute(Tuple.of((Object) outcome.booked().toArray(UUID[]::new)))
                .await()
                .iterator()
                .next()
                .getLong(0);
        JsonObject check = new JsonObject()
                .put("answered201", outcome.booked().size())
                .put("without201MayHave", outcome.report().getInteger("unanswered") + outcome.count("connection lost"))
                .put("bookings", row.getLong("bookings"))
                .put("events", row.getLong("events"))
                .put("missing", missing)
                .put("apart", row.getLong("apart"));
        long surplus = row.getLong("bookings") - outcome.booked().size();
        boolean apart = !relayed && row.getLong("apart") != 0;
        if (missing != 0 || surplus < 0 || surplus > check.getLong("without201MayHave") || apart) {
            throw new IllegalStateException("What customers were told is not what happened: " + check);
        }
        return check;
    }

    @Override
    public void close() {
        generator.close();
        pool.close().await();
    }
}
