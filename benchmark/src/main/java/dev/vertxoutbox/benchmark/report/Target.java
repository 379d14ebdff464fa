package dev.vertxoutbox.benchmark.report;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * A goal that was set before anything was measured: a row of the page, whether it is met, missed, or was never run.
 *
 * @param benchmark whose result has it
 * @param beginning of the goal's text in the result
 * @param goal as the page has it
 * @param unit of what is measured
 * @param measured path of the number; empty for the goal's own figure
 * @param limitName what limits it in the same run; empty for nothing
 * @param limit path of that number
 */
record Target(
        String benchmark, String beginning, String goal, String unit, String measured, String limitName, String limit) {

    static final String HEADER =
            "| Benchmark | Goal | Limit in the same run | Measured | Ratio | Met |\n|---|---|---|---|---|---|\n";

    /** A line of the table. */
    String row(Outcomes outcomes) {
        String start = "| [" + benchmark + "](#" + benchmark + ") | " + goal + " | ";
        return outcomes.newest(benchmark)
                .map(outcome -> start + cells(outcome))
                .orElse(start + "– | not run | – | – |\n");
    }

    private String cells(Outcome outcome) {
        JsonObject json = outcome.json();
        Optional<JsonObject> judged = outcome.goal(beginning);
        List<Double> found = measured.isEmpty()
                ? judged.map(own -> List.of(own.getDouble("figure"))).orElse(List.of())
                : Numbers.at(json, measured);
        if (found.isEmpty()) {
            return "– | not run | – | – |\n";
        }
        double value = Numbers.median(found);
        List<Double> limits = limit.isEmpty() ? List.of() : Numbers.at(json, limit);
        String limitText = limits.isEmpty() ? "–" : limitName + ": " + withUnit(Numbers.median(limits));
        String ratio = limits.isEmpty() ? "–" : Numbers.text(value / Numbers.median(limits));
        String met = judged.map(own -> own.getBoolean("met") ? "yes" : "**no**").orElse("–");
        return limitText + " | " + withUnit(value) + " | " + ratio + " | " + met + " |\n";
    }

    private String withUnit(double value) {
        return Numbers.text(value) + (unit.isEmpty() ? "" : " " + unit);
    }
}
