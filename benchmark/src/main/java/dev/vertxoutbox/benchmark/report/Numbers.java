package dev.vertxoutbox.benchmark.report;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Numbers of a result, and how they are written. */
final class Numbers {
    /** Stands for a slash that does not separate. */
    static final String SLASH = "\u2215";

    private Numbers() {}

    /**
     * All numbers at a path. Its parts are separated by {@code /}: a field; {@code *} for each element; or {@code
     * <field>=<value>} for each element that has this value.
     */
    static List<Double> at(JsonObject result, String path) {
        Stream<Object> found = Stream.of(result);
        for (String part : path.split("/", -1)) {
            found = found.flatMap(value -> step(value, part));
        }
        return found.flatMap(value -> value instanceof JsonArray array ? array.stream() : Stream.of(value))
                .map(value -> ((Number) value).doubleValue())
                .toList();
    }

    private static Stream<Object> step(Object value, String part) {
        if (value instanceof JsonObject object) {
            return Stream.ofNullable(object.getValue(part));
        }
        Stream<Object> elements = ((JsonArray) value).stream();
        int equals = part.indexOf('=');
        return equals < 0
                ? elements
                : elements.filter(element -> part.substring(equals + 1)
                        .replace(SLASH, "/")
                        .equals(((JsonObject) element).getString(part.substring(0, equals))));
    }

    static double median(List<Double> values) {
        return percentile(values, 50);
    }

    /** For an even number the median is the mean of the two in the middle; other percentiles are samples. */
    static double percentile(List<Double> values, double percent) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        if (percent == 50 && sorted.size() % 2 == 0) {
            return (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        }
        int rank = (int) Math.ceil(percent / 100 * sorted.size());
        return sorted.get(Math.max(rank, 1) - 1);
    }

    /** With three digits, or all that are before the point. */
    static String text(double value) {
        double size = Math.abs(value);
        if (value == Math.rint(value) || size >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", value);
    }
}
