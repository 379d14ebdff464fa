package dev.vertxoutbox.benchmark.report;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page and its plots, by their paths in the project. */
final class Page {
    private static final String INTRODUCTION = """
            # Benchmarks

            Made by `benchmark/run.sh report` of the newest result of each benchmark in [benchmark/results](benchmark/results), and of nothing else; do not edit it. What is measured, and how to run it on your machine: [benchmark/README.md](benchmark/README.md). On two cores `benchmark/run.sh quick` is meant to take at most 6 minutes, `benchmark/run.sh all` at most 45: what it took is under [Results](#results).

            **Read ratios, not rates.** System, PostgreSQL (fsync on), queue and load share the cores of one machine, whose speed changes by half within minutes. Beside a figure is therefore what limits it, measured in the same run, in turns: `pgbench` with the same statement, or the bare SDK that only sends to the same queue. Each result is of its own day; figures of different results are not to be compared.

            """;

    private final Outcomes outcomes;
    private final Map<String, String> files = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder(INTRODUCTION);

    private Page(Outcomes outcomes) {
        this.outcomes = outcomes;
    }

    static Map<String, String> render(Outcomes outcomes) {
        Page page = new Page(outcomes);
        page.targets();
        page.sections();
        page.text.append(CapacityModel.markdown(outcomes)).append(Repeats.markdown(outcomes));
        page.files.put("BENCHMARKS.md", page.text.toString());
        return page.files;
    }

    private void targets() {
        text.append(
                "## Targets\n\nSet before anything was measured. Those that are missed or were not run stay here.\n");
        Targets.byArea().forEach((area, targets) -> {
            text.append("\n### ").append(area).append("\n\n").append(Target.HEADER);
            targets.forEach(target -> text.append(target.row(outcomes)));
        });
        text.append('\n');
    }

    private void sections() {
        Map<String, List<Section>> byBenchmark = Sections.all(outcomes).stream()
                .collect(Collectors.groupingBy(Section::benchmark, LinkedHashMap::new, Collectors.toList()));
        Set<String> names = new LinkedHashSet<>(byBenchmark.keySet());
        names.addAll(outcomes.byName().keySet());
        text.append("## Results\n\n").append(together());
        for (String name : names) {
            text.append("### ").append(name).append("\n\n");
            outcomes.newest(name)
                    .ifPresentOrElse(
                            outcome -> section(outcome, byBenchmark.getOrDefault(name, List.of())),
                            () -> text.append("Not run yet.\n\n"));
        }
    }

    /** How long a run of all takes, as far as the results have it. */
    private String together() {
        List<Integer> seconds = outcomes.byName().keySet().stream()
                .flatMap(name -> outcomes.newest(name).stream())
                .flatMap(outcome -> Stream.ofNullable(outcome.json().getInteger("tookSeconds")))
                .toList();
        return seconds.isEmpty()
                ? ""
                : "%d of these results say how long they took: %d s together.\n\n"
                        .formatted(
                                seconds.size(),
                                seconds.stream().mapToInt(each -> each).sum());
    }

    private void section(Outcome outcome, List<Section> sections) {
        for (Section section : sections) {
            List<Series> series = section.series(outcome.json());
            if (!series.isEmpty()) {
                text.append(section.markdown(series));
                files.put("benchmark/plots/" + section.plot() + ".svg", section.svg(series));
            }
        }
        if (outcome.json().containsKey("remark")) {
            text.append("> ").append(outcome.json().getString("remark")).append("\n\n");
        }
        for (JsonObject goal : outcome.goals()) {
            text.append("- %s: **%s**, %s\n"
                    .formatted(
                            goal.getString("goal").replace("<", "&lt;"),
                            Numbers.text(goal.getDouble("figure")),
                            goal.getBoolean("met") ? "met" : "missed"));
        }
        text.append(outcome.goals().isEmpty() ? "" : "\n")
                .append(facts(outcome))
                .append("\n\n");
    }

    private static String facts(Outcome outcome) {
        JsonObject json = outcome.json();
        JsonObject machine = json.getJsonObject("machine");
        List<String> settings = new ArrayList<>();
        json.getJsonObject("settings")
                .forEach(setting -> settings.add("`%s` %s".formatted(setting.getKey(), setting.getValue())));
        JsonObject disk = json.getJsonObject("disk", new JsonObject());
        return "<sub>[%s](%s): %d cores (%s), load %s before and %s after, %s; PostgreSQL %s%s%s; %s.</sub>"
                .formatted(
                        outcome.date(),
                        outcome.path(),
                        machine.getInteger("cores"),
                        machine.getString("cpu", "CPU not recorded"),
                        Numbers.text(machine.getDouble("loadAverage1m")),
                        Numbers.text(json.getDouble("loadAverage1mAtEnd")),
                        machine.getString("jdk"),
                        json.getJsonObject("postgres").getString("server_version"),
                        disk.containsKey("fsyncsPerSecond")
                                ? ", disk: " + Numbers.text(disk.getDouble("fsyncsPerSecond")) + " fsyncs/s"
                                : "",
                        json.containsKey("tookSeconds") ? "; took " + json.getInteger("tookSeconds") + " s" : "",
                        String.join(", ", settings));
    }
}
