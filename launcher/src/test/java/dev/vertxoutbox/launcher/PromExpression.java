package dev.vertxoutbox.launcher;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a PromQL expression asks for. It reads the words of the language, not its grammar, which is promtool's to check.
 *
 * @param selectors the series that it selects
 * @param labels those that it groups and joins by
 */
record PromExpression(List<Selector> selectors, Set<String> labels) {
    private static final Pattern TOKEN =
            Pattern.compile("\\s+|([a-zA-Z_:][\\w:]*)|(\"[^\"]*\")|(\\[[^]]*])|[0-9.]+\\w*|=~|!~|!=|==|>=|<=|.");
    private static final Set<String> GROUPINGS = Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");
    private static final Set<String> FUNCTIONS = Set.of(
            "sum",
            "min",
            "max",
            "count",
            "avg",
            "rate",
            "increase",
            "deriv",
            "changes",
            "absent",
            "histogram_quantile",
            "label_values");

    /** A condition of a selector. */
    record Match(String label, String operator, String value) {
        boolean holds(@Nullable String actual) {
            String given = actual == null ? "" : actual;
            return switch (operator) {
                case "=" -> given.equals(value);
                case "!=" -> !given.equals(value);
                case "=~" -> given.matches(value);
                case "!~" -> !given.matches(value);
                default -> throw new IllegalArgumentException(operator);
            };
        }
    }

    /** Series of a metric. */
    record Selector(String metric, List<Match> matches) {}

    static PromExpression parse(String text) {
        List<String> tokens = tokens(text);
        List<Selector> selectors = new ArrayList<>();
        Set<String> labels = new TreeSet<>();
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            String next = i + 1 < tokens.size() ? tokens.get(i + 1) : "";
            if (GROUPINGS.contains(token)) {
                i = until(tokens, ")", i + 2, labels);
            } else if (isName(token) && !WORDS.contains(token) && !FUNCTIONS.contains(token)) {
                if (next.equals("(")) {
                    throw new IllegalArgumentException("unknown function " + token + " in " + text);
                }
                List<String> within = new ArrayList<>();
                i = next.equals("{") ? until(tokens, "}", i + 2, within) : i;
                selectors.add(new Selector(token, matches(within)));
            }
        }
        return new PromExpression(selectors, labels);
    }

    /** Collects what is up to the end, without commas; returns where that is. */
    private static int until(List<String> tokens, String end, int from, Collection<String> found) {
        int at = from;
        while (!tokens.get(at).equals(end)) {
            if (!tokens.get(at).equals(",")) {
                found.add(tokens.get(at));
            }
            at++;
        }
        return at;
    }

    private static List<Match> matches(List<String> tokens) {
        List<Match> matches = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i += 3) {
            String quoted = tokens.get(i + 2);
            matches.add(new Match(tokens.get(i), tokens.get(i + 1), quoted.substring(1, quoted.length() - 1)));
        }
        return matches;
    }

    private static boolean isName(String token) {
        return token.matches("[a-zA-Z_:].*");
    }

    private static List<String> tokens(String text) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            if (!matcher.group().isBlank() && matcher.group(3) == null) {
                tokens.add(matcher.group());
            }
        }
        return tokens;
    }
}
