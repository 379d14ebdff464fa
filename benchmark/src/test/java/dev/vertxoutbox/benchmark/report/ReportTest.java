package dev.vertxoutbox.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page is made of the results that are kept, and of nothing else. */
class ReportTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @Test
    void thePageInTheRepositoryIsThatOfTheResultsInIt() throws IOException {
        Map<String, String> rendered = Report.render(ROOT);

        for (Map.Entry<String, String> file : rendered.entrySet()) {
            assertThat(ROOT.resolve(file.getKey()))
                    .as("run benchmark/run.sh report")
                    .hasContent(file.getValue());
        }
        try (Stream<Path> plots = Files.list(ROOT.resolve("benchmark/plots"))) {
            Set<String> kept =
                    plots.map(plot -> "benchmark/plots/" + plot.getFileName()).collect(Collectors.toSet());
            assertThat(rendered.keySet()).containsAll(kept);
        }
    }

    @Test
    void aGoalThatIsMissedOrWasNotRunStaysVisible(@TempDir Path root) throws IOException {
        JsonObject goal = new JsonObject()
                .put("goal", "at most 2 statements/s")
                .put("figure", 3.5)
                .put("met", false);
        keep(root, "2026-01-02", "idle.json", result(goal));

        String page = Report.render(root).get("BENCHMARKS.md");

        assertThat(page)
                .contains(
                        "| [idle](#idle) | An idle relay: at most 2 statements/s | – | 3.50 statements/s | – | **no** |")
                .contains(
                        "| [latency](#latency) | Commit to acknowledged at 100 events/s: p50 ≤ 4 ms | – | not run | – | – |");
    }

    @Test
    void theNewestResultCountsAndTheNewestTwoOfOneBuildAreCompared(@TempDir Path root) throws IOException {
        keep(root, "2026-01-02", "idle.json", idle(1.0, "a", 1_000));
        keep(root, "2026-01-03", "idle.json", idle(7.0, "b", 1_000));
        keep(root, "2026-01-04", "idle.json", idle(1.5, "a", 4_000));
        keep(root, "2026-01-05", "idle.json", idle(1.6, "c", 1_000));

        String page = Report.render(root).get("BENCHMARKS.md");

        assertThat(page)
                .contains("| – | 1.60 statements/s | – | yes |")
                .contains("| idle | at most 2 statements/s | 1.50 | 1 | 33 % | **no** | disk 4,000, before 1,000 |");
    }

    @Test
    void twoResultsOfADayAreCompared(@TempDir Path root) throws IOException {
        keep(root, "2026-01-02", "idle-2.json", idle(1.1, "a", 1_000).put("date", "2026-01-02T11:00:00Z"));
        keep(root, "2026-01-02", "idle.json", idle(1.0, "a", 1_000));

        assertThat(Report.render(root).get("BENCHMARKS.md"))
                .contains("| – | 1.10 statements/s | – | yes |")
                .contains("| idle | at most 2 statements/s | 1.10 | 1 | 9 % | yes |  |");
    }

    @Test
    void settingsThatWereOthersAreNamedWhereAFigureDoesNotRepeat(@TempDir Path root) throws IOException {
        JsonObject longer = idle(2.0, "a", 1_000).put("settings", new JsonObject().put("seconds", 20));
        keep(
                root,
                "2026-01-02",
                "idle.json",
                idle(1.0, "a", 1_000).put("settings", new JsonObject().put("seconds", 5)));
        keep(root, "2026-01-03", "idle.json", longer);

        assertThat(Report.render(root).get("BENCHMARKS.md"))
                .contains("| idle | at most 2 statements/s | 2 | 1 | 50 % | **no** | `seconds` 20, before 5 |");
    }

    private static JsonObject idle(double figure, String build, int fsyncs) {
        JsonObject goal = new JsonObject()
                .put("goal", "at most 2 statements/s")
                .put("figure", figure)
                .put("met", true);
        return result(goal).put("build", build).put("disk", new JsonObject().put("fsyncsPerSecond", fsyncs));
    }

    @Test
    void numbersAreFoundByFieldByElementAndByValue() {
        JsonObject result = new JsonObject()
                .put("rounds", new JsonArray(List.of(round("one", 3), round("two", 5), round("one", 7))));

        assertThat(Numbers.at(result, "rounds/*/rate")).containsExactly(3.0, 5.0, 7.0);
        assertThat(Numbers.at(result, "rounds/variant=one/rate")).containsExactly(3.0, 7.0);
        assertThat(Numbers.at(result, "rounds/variant=three/rate")).isEmpty();
        assertThat(Numbers.median(List.of(3.0, 7.0))).isEqualTo(5);
    }

    private static JsonObject round(String variant, int rate) {
        return new JsonObject().put("variant", variant).put("rate", rate);
    }

    private static JsonObject result(JsonObject goal) {
        return new JsonObject()
                .put(
                        "machine",
                        new JsonObject()
                                .put("cores", 2)
                                .put("loadAverage1m", 0.5)
                                .put("jdk", "17"))
                .put("loadAverage1mAtEnd", 0.5)
                .put("postgres", new JsonObject().put("server_version", "18.6"))
                .put("settings", new JsonObject())
                .put("goals", new JsonArray().add(goal));
    }

    private static void keep(Path root, String day, String file, JsonObject result) throws IOException {
        Path directory =
                Files.createDirectories(root.resolve("benchmark/results").resolve(day));
        JsonObject dated = new JsonObject().put("date", day + "T00:00:00Z").mergeIn(result);
        Files.writeString(directory.resolve(file), dated.encode());
    }
}
