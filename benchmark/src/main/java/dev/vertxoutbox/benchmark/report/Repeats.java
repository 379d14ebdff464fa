package dev.vertxoutbox.benchmark.report;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** How far the figures of the newest two results of a benchmark are apart. */
final class Repeats {
    private static final double CLOSE = 0.15;
    private static final String START = """
            ## Repeated runs

            The newest two results of each benchmark that were measured with the same build; the newest of all may be alone with its build. Those within 15 % repeat. For the others the page says what else was more than 15 % apart: the limit that was measured in the same run, the most that was done without a limit, which loads are a share of, how often a second the disk makes a page durable, the load average at the start; and which settings were others. Where none of these was, the machine has changed within the run, or few samples decide, as in a tail.

            | Benchmark | Figure | Newer | Before | Apart | Repeats | What else was apart |
            |---|---|---|---|---|---|---|
            """;

    private Repeats() {}

    private record Pair(Outcome newer, Outcome older) {
        boolean isOfOneBuild() {
            return newer.build().isPresent()
                    && newer.build().equals(older.build())
                    && newer.goals().size() == older.goals().size();
        }
    }

    static String markdown(Outcomes outcomes) {
        StringBuilder text = new StringBuilder(START);
        outcomes.byName()
                .forEach((name, kept) -> newestPair(kept).ifPresent(pair -> {
                    for (int i = 0; i < pair.newer().goals().size(); i++) {
                        text.append(row(name, pair, i));
                    }
                }));
        return text.toString();
    }

    /** The newest two that have measured the same; the newest of all may be alone. */
    private static Optional<Pair> newestPair(List<Outcome> newestFirst) {
        return IntStream.range(0, newestFirst.size())
                .boxed()
                .flatMap(i -> newestFirst.stream().skip(i + 1L).map(older -> new Pair(newestFirst.get(i), older)))
                .filter(Pair::isOfOneBuild)
                .findFirst();
    }

    private static String row(String benchmark, Pair pair, int number) {
        JsonObject goal = pair.newer().goals().get(number);
        double now = goal.getDouble("figure");
        double then = pair.older().goals().get(number).getDouble("figure");
        double apart = apart(now, then);
        return "| %s | %s | %s | %s | %s | %s | %s |\n"
                .formatted(
                        benchmark,
                        goal.getString("goal").replace("<", "&lt;"),
                        Numbers.text(now),
                        Numbers.text(then),
                        String.format(Locale.ROOT, "%.0f %%", apart * 100),
                        apart <= CLOSE ? "yes" : "**no**",
                        apart <= CLOSE ? "" : whatElse(benchmark, goal.getString("goal"), pair));
    }

    private static double apart(double now, double then) {
        return now == then ? 0 : Math.abs(now - then) / Math.max(Math.abs(now), Math.abs(then));
    }

    private static String whatElse(String benchmark, String goal, Pair pair) {
        List<String> facts = new ArrayList<>();
        Targets.all()
                .filter(target -> target.benchmark().equals(benchmark) && goal.startsWith(target.beginning()))
                .filter(target -> !target.limit().isEmpty())
                .findFirst()
                .ifPresent(target -> fact(facts, target.limitName(), target.limit(), pair));
        fact(facts, "most", "mostPerSecond", pair);
        fact(facts, "most", "atSeventyPercent/*/mostPerSecond", pair);
        fact(facts, "disk", "disk/fsyncsPerSecond", pair);
        fact(facts, "load", "machine/loadAverage1m", pair);
        settings(facts, pair);
        return facts.isEmpty() ? "–" : String.join("; ", facts);
    }

    private static void settings(List<String> facts, Pair pair) {
        JsonObject now = pair.newer().json().getJsonObject("settings");
        JsonObject then = pair.older().json().getJsonObject("settings");
        now.fieldNames().stream()
                .filter(then::containsKey)
                .filter(name -> !now.getValue(name).equals(then.getValue(name)))
                .forEach(name ->
                        facts.add("`%s` %s, before %s".formatted(name, now.getValue(name), then.getValue(name))));
    }

    private static void fact(List<String> facts, String name, String path, Pair pair) {
        List<Double> now = Numbers.at(pair.newer().json(), path);
        List<Double> then = Numbers.at(pair.older().json(), path);
        if (!now.isEmpty() && !then.isEmpty() && apart(Numbers.median(now), Numbers.median(then)) > CLOSE) {
            facts.add("%s %s, before %s"
                    .formatted(name, Numbers.text(Numbers.median(now)), Numbers.text(Numbers.median(then))));
        }
    }
}
