package dev.vertxoutbox.benchmark.report;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** What {@code scale} varied, each in a section of its own: how fast, and at what cost. */
final class ScaleSections {
    private ScaleSections() {}

    static List<Section> of(JsonObject scale) {
        Map<String, SortedSet<String>> steps = new LinkedHashMap<>();
        scale.getJsonArray("rounds").forEach(round -> {
            String[] variant = ((JsonObject) round).getString("variant").split(": ", 2);
            steps.computeIfAbsent(
                            variant[0],
                            first -> new TreeSet<>(Comparator.comparingInt(ScaleSections::leadingNumber)
                                    .thenComparing(Comparator.naturalOrder())))
                    .add(variant[1]);
        });
        List<Section> sections = new ArrayList<>();
        steps.forEach((dimension, each) -> sections.add(section(scale, dimension, each)));
        return sections;
    }

    private static Section section(JsonObject scale, String dimension, SortedSet<String> steps) {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String step : steps) {
            String round = "rounds/variant=" + dimension + ": " + step;
            double micros = Numbers.median(Numbers.at(scale, round + "/cpuMicrosPerEvent"));
            paths.put(step + " (" + Numbers.text(micros) + " µs)", round + "/eventsPerSecond");
        }
        String file = "scale-" + dimension.replaceAll("[^A-Za-z0-9]+", "-");
        String title = "By " + dimension + "; in brackets the CPU time of relays and PostgreSQL for an event";
        return new Section("scale", file, title, "events/s", false, paths);
    }

    private static int leadingNumber(String step) {
        return Integer.parseInt(step.replaceAll("\\D.*", ""));
    }
}
