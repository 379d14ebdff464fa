package dev.vertxoutbox.benchmark.report;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * A part of the page: figures of a benchmark in a table and a plot.
 *
 * @param benchmark whose result has them
 * @param plot name of the plot's file, without extension
 * @param title above table and plot
 * @param unit of all numbers
 * @param latencies whether percentiles are shown, else median and range
 * @param paths of each series, by its label
 */
record Section(String benchmark, String plot, String title, String unit, boolean latencies, Map<String, String> paths) {

    /** Those that the result has. */
    List<Series> series(JsonObject json) {
        List<Series> found = new ArrayList<>();
        paths.forEach((label, path) -> {
            List<Double> values = Numbers.at(json, path);
            if (!values.isEmpty()) {
                found.add(new Series(label, values));
            }
        });
        return found;
    }

    String markdown(List<Series> series) {
        StringBuilder text = new StringBuilder("**" + title + "** (" + unit + ")\n\n");
        text.append("![")
                .append(title)
                .append("](benchmark/plots/")
                .append(plot)
                .append(".svg)\n\n");
        text.append(
                latencies
                        ? "| | p50 | p90 | p99 | Most | Samples |\n"
                        : "| | Median | To the first | Least | Most | Samples |\n");
        text.append("|---|---|---|---|---|---|\n");
        for (Series one : series) {
            List<String> cells = new ArrayList<>(List.of(one.label()));
            cells.addAll(latencies ? percentiles(one) : rates(one, series.get(0)));
            cells.add(Numbers.text(one.values().size()));
            text.append("| ").append(String.join(" | ", cells)).append(" |\n");
        }
        return text.append('\n').toString();
    }

    private static List<String> percentiles(Series one) {
        return DoubleStream.of(50, 90, 99, 100)
                .mapToObj(percent -> Numbers.text(one.percentile(percent)))
                .toList();
    }

    private static List<String> rates(Series one, Series first) {
        return List.of(
                Numbers.text(one.median()),
                Numbers.text(one.median() / first.median()),
                Numbers.text(one.percentile(0)),
                Numbers.text(one.percentile(100)));
    }

    String svg(List<Series> series) {
        return new Plot(title, unit, latencies, series).svg();
    }
}
