package dev.vertxoutbox.launcher;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What {@code /metrics} shows, as Prometheus stores it: with the labels of its target. */
final class Exposition {
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final Map<String, List<Map<String, String>>> seriesByMetric = new HashMap<>();
    private final Map<String, String> target;

    Exposition(String job, String instance) {
        target = Map.of("job", job, "instance", instance);
        add("up", Map.of());
    }

    void add(String metric, Map<String, String> labels) {
        Map<String, String> series = new HashMap<>(target);
        series.putAll(labels);
        seriesByMetric.computeIfAbsent(metric, key -> new ArrayList<>()).add(series);
    }

    Exposition scraped(String text) {
        for (MatchResult sample : SAMPLE.matcher(text).results().toList()) {
            Map<String, String> labels = new HashMap<>();
            if (sample.group(2) != null) {
                LABEL.matcher(sample.group(2)).results().forEach(label -> labels.put(label.group(1), label.group(2)));
            }
            add(sample.group(1), labels);
        }
        return this;
    }

    /** The series that a selector finds. */
    List<Map<String, String>> find(PromExpression.Selector selector) {
        return seriesByMetric.getOrDefault(selector.metric(), List.of()).stream()
                .filter(series -> selector.matches().stream()
                        .allMatch(match -> series.containsKey(match.label()) && match.holds(series.get(match.label()))))
                .toList();
    }

    /** What is wrong with an expression: nothing when it selects series that exist and groups them by labels that they have. */
    List<String> faults(String expression) {
        PromExpression parsed = PromExpression.parse(expression);
        List<String> faults = new ArrayList<>();
        for (PromExpression.Selector selector : parsed.selectors()) {
            List<Map<String, String>> found = find(selector);
            if (found.isEmpty()) {
                faults.add("nothing exposed matches " + selector);
            }
            for (String label : parsed.labels()) {
                if (found.stream().noneMatch(series -> series.containsKey(label)) && !found.isEmpty()) {
                    faults.add(selector.metric() + " has no label " + label);
                }
            }
        }
        if (parsed.selectors().isEmpty()) {
            faults.add("it selects nothing");
        }
        return faults.stream().map(fault -> expression + ": " + fault).toList();
    }
}
