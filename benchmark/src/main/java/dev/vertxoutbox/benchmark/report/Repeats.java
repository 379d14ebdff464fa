package dev.vertxoutbox.benchmark.report;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How far the figures of the newest two results of a benchmark are apart. */
final class Repeats {
    private static final double CLOSE = 0.15;
    private static final String START = """
            ## Repeated runs

            The newest two results of each benchmark that were measured with the same build. Those within 15 % repeat.

            | Benchmark | Figure | Newest | Before | Apart | Repeats |
            |---|---|---|---|---|---|
            """;

    private Repeats() {}

    static String markdown(Outcomes outcomes) {
        StringBuilder text = new StringBuilder(START);
        for (Map.Entry<String, List<Outcome>> kept : outcomes.byName().entrySet()) {
            Outcome newest = kept.getValue().get(0);
            before(kept.getValue()).ifPresent(before -> {
                for (int i = 0; i < newest.goals().size(); i++) {
                    text.append(row(
                            kept.getKey(), newest.goals().get(i), before.goals().get(i)));
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

    private static String row(String benchmark, JsonObject newest, JsonObject before) {
        double now = newest.getDouble("figure");
        double then = before.getDouble("figure");
        double apart = now == then ? 0 : Math.abs(now - then) / Math.max(Math.abs(now), Math.abs(then));
        return "| %s | %s | %s | %s | %s | %s |\n"
                .formatted(
                        benchmark,
                        newest.getString("goal").replace("<", "&lt;"),
                        Numbers.text(now),
                        Numbers.text(then),
                        String.format(Locale.ROOT, "%.0f %%", apart * 100),
                        apart <= CLOSE ? "yes" : "**no**");
    }
}
