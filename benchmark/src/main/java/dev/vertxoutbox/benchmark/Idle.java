package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many statements a relay that has nothing to send sends to the database, by the server's own log. */
final class Idle implements Measurement {
    private static final double GOAL_PER_SECOND = 2;

    /** Application name and the beginning of a statement; sessions of the relay's process are named {@code outbox-…}. */
    private static final Pattern STATEMENT =
            Pattern.compile("^<(outbox-[^>]*)>.*LOG: +(?:statement|execute [^:]+): *(.*)$", Pattern.MULTILINE);

    private final int seconds = Settings.of("seconds", 20);
    private final int settleSeconds = Settings.of("settleSeconds", 5);

    @Override
    public void run(Bench bench) {
        Result result = new Result("idle", bench).setting("seconds", seconds).setting("settleSeconds", settleSeconds);
        Database database = bench.database();
        Path log = Path.of(database.text("SHOW data_directory")).resolveSibling("postgres.log");
        database.execute("ALTER SYSTEM SET log_line_prefix = '<%a> '");
        database.execute("ALTER SYSTEM SET log_statement = 'all'");
        database.execute("SELECT pg_reload_conf()");
        Map<String, Integer> statements;
        OutboxProcess relay = bench.relay();
        try {
            Waiting.pause(Duration.ofSeconds(settleSeconds));
            int before = read(log).length();
            Waiting.pause(Duration.ofSeconds(seconds));
            statements = count(read(log).substring(before));
        } finally {
            relay.close();
        }
        if (statements.isEmpty()) {
            throw new IllegalStateException("Even an idle relay polls: no statement of it was recognized in " + log);
        }
        double perSecond =
                statements.values().stream().mapToInt(Integer::intValue).sum() / (double) seconds;
        JsonObject counts = new JsonObject();
        statements.forEach(counts::put);
        result.put("statements", counts)
                .put("statementsPerSecond", perSecond)
                .goal("at most 2 statements/s", perSecond, perSecond <= GOAL_PER_SECOND)
                .write(bench.root());
    }

    private static Map<String, Integer> count(String log) {
        Map<String, Integer> statements = new TreeMap<>();
        Matcher statement = STATEMENT.matcher(log);
        while (statement.find()) {
            statements.merge(statement.group(1) + ": " + statement.group(2), 1, Integer::sum);
        }
        return statements;
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
