package dev.vertxoutbox.benchmark;

import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code pgbench} of the machine with one statement that inserts a booking and its event, prepared. */
final class Pgbench {
    private static final String STATEMENT = """
            WITH booked AS (
                INSERT INTO flight.booking (id, departure_airport, arrival_airport, departure_time, arrival_time,
                                            fare_amount, fare_currency)
                VALUES (uuidv7(), 'Paris CDG', 'London LHR', '2035-03-01T09:00:00Z', '2035-03-01T10:15:00Z', 120, 'EUR')
                RETURNING id)
            INSERT INTO outbox.event (topic, subject, type, data, source, sequence, traceparent)
            SELECT 'flight', id, 'flight.booked', ('{"bookingId":"' || id || '","departureAirport":"Paris CDG",\
            "arrivalAirport":"London LHR","departureDateTime":"2035-03-01T09:00:00Z",\
            "arrivalDateTime":"2035-03-01T10:15:00Z","fare":{"amount":120.00,"currency":"EUR"}}')::json, '/flight', 1,
            '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00' FROM booked;
            """;
    private static final Pattern RATE = Pattern.compile("(?m)^tps = ([0-9.]+)");

    private final Bench bench;

    Pgbench(Bench bench) {
        this.bench = bench;
    }

    /** Transactions per second. */
    double run(int connections, int seconds) {
        Path script = bench.logs().resolve("booking.sql");
        PgConnectOptions database = bench.database().connectOptions();
        try {
            Files.createDirectories(script.getParent());
            Files.writeString(script, STATEMENT);
            ProcessBuilder builder = new ProcessBuilder(
                    "pgbench",
                    "--no-vacuum",
                    "--protocol=prepared",
                    "--client=" + connections,
                    "--jobs=2",
                    "--time=" + seconds,
                    "--file=" + script);
            builder.environment()
                    .putAll(Map.of(
                            "PGHOST", database.getHost(),
                            "PGPORT", Integer.toString(database.getPort()),
                            "PGUSER", database.getUser(),
                            "PGPASSWORD", database.getPassword(),
                            "PGDATABASE", database.getDatabase(),
                            "PGOPTIONS", "-c outbox.ring=after_commit"));
            Process process = builder.redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher rate = RATE.matcher(output);
            if (process.waitFor() != 0 || !rate.find()) {
                throw new IllegalStateException("pgbench failed:\n" + output);
            }
            return Double.parseDouble(rate.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException("pgbench is needed (Debian: postgresql-contrib)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }
}
