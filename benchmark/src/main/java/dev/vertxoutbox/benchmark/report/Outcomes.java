package dev.vertxoutbox.benchmark.report;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All results that are kept, by name. */
final class Outcomes {
    private final Map<String, List<Outcome>> newestFirst = new TreeMap<>();

    /** Reads {@code benchmark/results/<date>/<name>.json}, and {@code <name>-2.json} and so on. */
    static Outcomes read(Path root) {
        Outcomes outcomes = new Outcomes();
        try (Stream<Path> files = Files.walk(root.resolve("benchmark/results"))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".json")).toList()) {
                String name = file.getFileName().toString().replaceFirst("(-\\d+)?\\.json$", "");
                String path = root.relativize(file).toString().replace('\\', '/');
                JsonObject json = new JsonObject(Buffer.buffer(Files.readAllBytes(file)));
                outcomes.newestFirst
                        .computeIfAbsent(name, first -> new ArrayList<>())
                        .add(new Outcome(path, json));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        outcomes.newestFirst
                .values()
                .forEach(kept -> kept.sort(Comparator.comparing(Outcome::date).reversed()));
        return outcomes;
    }

    Optional<Outcome> newest(String name) {
        return all(name).stream().findFirst();
    }

    /** Newest first. */
    List<Outcome> all(String name) {
        return newestFirst.getOrDefault(name, List.of());
    }

    Map<String, List<Outcome>> byName() {
        return newestFirst;
    }
}
