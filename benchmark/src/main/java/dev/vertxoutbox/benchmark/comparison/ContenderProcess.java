package dev.vertxoutbox.benchmark.comparison;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * A contender as a program, which sends from its start on. Prints {@code started}, then reads commands: {@code backlog <events>}
 * leaves events behind and prints {@code backlog <events> left}; {@code write <millis between events> <events>} commits them at
 * fixed times and prints {@code commits <events>} and, as JSON in the same line, when each commit was answered, by deduplication id.
 */
public final class ContenderProcess {
    private static final int WRITERS = 8;

    private ContenderProcess() {}

    /** @param args name of the contender, queue URL, threads; the database is in {@code PG*} */
    public static void main(String[] args) throws IOException, SQLException, InterruptedException {
        int threads = Integer.parseInt(args[2]);
        Contender contender = contender(args[0], database(System.getenv(), threads), new SendQueue(args[1]), threads);
        System.out.println("started");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] command = line.split(" ", -1);
            if (command[0].equals("backlog")) {
                contender.leaveBehind(Integer.parseInt(command[1]));
                System.out.println(line + " left");
            } else {
                int events = Integer.parseInt(command[2]);
                Map<String, Long> commits = write(contender, Integer.parseInt(command[1]), events);
                JsonObject json = new JsonObject();
                commits.forEach(json::put);
                System.out.println("commits " + events + " " + json.encode());
            }
        }
    }

    private static Contender contender(String name, DataSource database, SendQueue queue, int threads)
            throws SQLException {
        return switch (name) {
            case "naive" -> new NaivePoller(database, queue, 5, Duration.ofSeconds(5));
            case "busy" -> new NaivePoller(database, queue, 10, Duration.ZERO);
            case "library" -> new TransactionOutboxLibrary(database, queue, threads);
            case "modulith" -> new SpringModulith(database, queue, threads);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** A connection for each thread, and for each writer. */
    private static DataSource database(Map<String, String> environment, int threads) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://" + environment.get("PGHOST") + ":" + environment.get("PGPORT") + "/"
                + environment.get("PGDATABASE"));
        config.setUsername(environment.get("PGUSER"));
        config.setPassword(environment.get("PGPASSWORD"));
        config.setMaximumPoolSize(threads + WRITERS);
        return new HikariDataSource(config);
    }

    private static Map<String, Long> write(Contender contender, int intervalMillis, int events)
            throws InterruptedException {
        Map<String, Long> commits = new ConcurrentHashMap<>();
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        long start = System.nanoTime();
        for (int i = 0; i < events; i++) {
            long due = start + TimeUnit.MILLISECONDS.toNanos((long) intervalMillis * i);
            LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
            writers.execute(() -> {
                try {
                    String id = contender.commit(UUID.randomUUID().toString());
                    commits.put(id, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        writers.shutdown();
        if (!writers.awaitTermination(1, TimeUnit.MINUTES) || commits.size() != events) {
            throw new IllegalStateException("Only " + commits.size() + " of " + events + " were committed");
        }
        return commits;
    }
}
