package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** One measurement's file: the machine as it was at the start, settings, raw numbers, and each goal with its figure. */
final class Result {
    private final Instant date = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final String name;
    private final JsonObject json;
    private final JsonObject settings = new JsonObject();
    private final JsonArray goals = new JsonArray();

    Result(String name, Bench bench) {
        this.name = name;
        this.json = new JsonObject()
                .put("date", date.toString())
                .put("name", name)
                .put("build", Machine.digest(bench.jar()))
                .put("machine", Machine.toJson())
                .put("disk", Fsync.measure(Path.of(bench.database().text("SHOW data_directory"))))
                .put(
                        "postgres",
                        Machine.postgres(
                                bench.database().postgres(), bench.database().name()))
                .put("goals", goals)
                .put("settings", settings.put("jvmOptions", String.join(" ", OutboxProcess.JVM_OPTIONS)));
        Settings.environment("RELAY_").forEach(settings::put);
    }

    Result setting(String key, Object value) {
        settings.put(key, value);
        return this;
    }

    Result put(String key, Object value) {
        json.put(key, value);
        return this;
    }

    Result goal(String goal, double figure, boolean met) {
        double rounded = Math.round(figure * 1000) / 1000.0;
        goals.add(new JsonObject().put("goal", goal).put("figure", rounded).put("met", met));
        System.out.printf("%-4s %s: %s%n", met ? "met" : "MISS", goal, rounded);
        return this;
    }

    /**
     * Writes {@code benchmark/results/<date>/<name>.json}; the next run on the same day {@code <name>-2.json}, and so on.
     * What {@code quick} measures is not kept: {@code benchmark/target/quick}.
     */
    void write(Path root) {
        json.put("loadAverage1mAtEnd", Machine.toJson().getDouble("loadAverage1m"))
                .put("tookSeconds", Duration.between(date, Instant.now()).toSeconds());
        String day = DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC).format(date);
        Path directory = root.resolve(Settings.isQuick() ? "benchmark/target/quick" : "benchmark/results/" + day);
        try {
            Files.createDirectories(directory);
            Path file = directory.resolve(name + ".json");
            for (int run = 2; Files.exists(file) && !Settings.isQuick(); run++) {
                file = directory.resolve(name + "-" + run + ".json");
            }
            Files.writeString(file, json.encodePrettily() + "\n");
            System.out.println("Raw numbers are in " + root.relativize(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
