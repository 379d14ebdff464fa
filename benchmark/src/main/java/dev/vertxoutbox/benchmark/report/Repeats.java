package dev.vertxoutbox.benchmark.report;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How far the figures of the newest two results of a benchmark are apart. */
final class Repeats {
    private static final double CLOSE = 0.15;
    private static final String START = """
            ## Repeated runs

            The newest two results of each benchmark that were measured with the same build. Those within 15 % repeat. For the others the page says what else was more than 15 % apart: the limit that was measured in the same run, how often a second the disk makes a page durable, the load average at the start. Where none of these was, the machine has changed within the run, or few samples decide, as in a tail.

            | Benchmark | Figure | Newest | Before | Apart | Repeats | What else was apart |
            |---|---|---|---|---|---|---|
            """;

    private Repeats() {}

    static String markdown(Outcomes outcomes) {
        StringBuilder text = new StringBuilder(START);
        for (Map.Entry<String, List<Outcome>> kept : outcomes.byName().entrySet()) {
            Outcome newest = kept.getValue().get(0);
            before(kept.getValue()).ifPresent(before -> {
                for (int i = 0; i < newest.goals().size(); i++) {
                    text.append(row(kept.getKey(), newest, before, i));
                }
            });
        }
        return text.toString();
    }

    /** The one before the newest that has measured the same. */
    private static Optional<Outcome> before(List<Outcome> newestFirst) {
        Outcome newest = newestFirst.get(0);
        return newestFirst.stream()
                .skip(1)
                .filter(outcome -> newest.build().isPresent() && outcome.build().equals(newest.build()))
                .filter(outcome -> outcome.goals().size() == newest.goals().size())
                .findFirst();
    }

    private static String row(String benchmark, Outcome newest, Outcome before, int number) {
        JsonObject goal = newest.goals().get(number);
        double now = goal.getDouble("figure");
        double then = before.goals().get(number).getDouble("figure");
        double apart = apart(now, then);
        return "| %s | %s | %s | %s | %s | %s | %s |\n"
                .formatted(
                        benchmark,
                        goal.getString("goal").replace("<", "&lt;"),
                        Numbers.text(now),
                        Numbers.text(then),
                        String.format(Locale.ROOT, "%.0f %%", apart * 100),
                        apart <= CLOSE ? "yes" : "**no**",
                        apart <= CLOSE ? "" : whatElse(benchmark, goal.getString("goal"), newest, before));
    }

    private static double apart(double now, double then) {
        return now == then ? 0 : Math.abs(now - then) / Math.max(Math.abs(now), Math.abs(then));
    }

    private static String whatElse(String benchmark, String goal, Outcome newest, Outcome before) {
        List<String> facts = new ArrayList<>();
        Targets.all()
                .filter(target -> target.benchmark().equals(benchmark) && goal.startsWith(target.beginning()))
                .filter(target -> !target.limit().isEmpty())
                .findFirst()
                .ifPresent(target -> fact(facts, target.limitName(), target.limit(), newest, before));
        fact(facts, "disk", "disk/fsyncsPerSecond", newest, before);
        fact(facts, "load", "machine/loadAverage1m", newest, before);
        return facts.isEmpty() ? "–" : String.join("; ", facts);
    }

    private static void fact(List<String> facts, String name, String path, Outcome newest, Outcome before) {
        List<Double> now = Numbers.at(newest.json(), path);
        List<Double> then = Numbers.at(before.json(), path);
        if (!now.isEmpty() && !then.isEmpty() && apart(Numbers.median(now), Numbers.median(then)) > CLOSE) {
            facts.add("%s %s, before %s"
                    .formatted(name, Numbers.text(Numbers.median(now)), Numbers.text(Numbers.median(then))));
        }
    }
}
