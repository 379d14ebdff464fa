package dev.vertxoutbox.launcher;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Typed access to environment variables. Each failure is a {@link ConfigurationException} that names the variable, the
 * value and what is expected instead; values of secrets are not repeated.
 */
final class Environment {
    private final Map<String, String> values;

    Environment(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** The value, unless absent or empty. */
    Optional<String> find(Variable variable) {
        return Optional.ofNullable(values.get(variable.name())).filter(value -> !value.isEmpty());
    }

    /** All variables of a library that reads more than are listed, by name; without those that are empty. */
    Map<String, String> startingWith(String prefix) {
        return values.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith(prefix) && !entry.getValue().isEmpty())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    String text(Variable variable, String fallback) {
        return find(variable).orElse(fallback);
    }

    int integer(Variable variable, int fallback, int min, int max) {
        String value = find(variable).orElse(null);
        if (value == null) {
            return fallback;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, as for a number out of bounds
        }
        throw wrong(variable, "a whole number from " + min + " to " + max);
    }

    BigDecimal amount(Variable variable, BigDecimal fallback, BigDecimal max) {
        String value = find(variable).orElse(null);
        if (value == null) {
            return fallback;
        }
        // The pattern keeps out exponents, which cost memory without bounds when a BigDecimal is printed plainly.
        if (value.matches("\\d{1,12}(\\.\\d{1,2})?") && new BigDecimal(value).compareTo(max) <= 0) {
            return new BigDecimal(value);
        }
        throw wrong(variable, "an amount from 0 to " + max.toPlainString() + " with at most two decimals");
    }

    /** A share of one. */
    double rate(Variable variable, double fallback) {
        String value = find(variable).orElse(null);
        if (value == null) {
            return fallback;
        }
        if (value.matches("0(\\.\\d{1,6})?|1(\\.0{1,6})?")) {
            return Double.parseDouble(value);
        }
        throw wrong(variable, "a number from 0 to 1 with at most six decimals, for example 0.05");
    }

    Duration longPoll() {
        return Duration.ofSeconds(integer(Variable.CONSUMER_WAIT_SECONDS, 20, 1, 20));
    }

    Duration duration(Variable variable, Duration fallback, Duration min, Duration max) {
        String value = find(variable).orElse(null);
        if (value == null) {
            return fallback;
        }
        try {
            Duration duration = Duration.parse(value);
            if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // told below, as for a duration out of bounds
        }
        throw wrong(variable, "an ISO-8601 duration from " + min + " to " + max + ", for example " + fallback);
    }

    String oneOf(Variable variable, String fallback, List<String> allowed) {
        String value = text(variable, fallback);
        if (!allowed.contains(value)) {
            throw wrong(variable, "one of " + String.join(", ", allowed));
        }
        return value;
    }

    /** An {@code http} or {@code https} URL with a host. */
    Optional<URI> url(Variable variable) {
        return find(variable)
                .map(value -> parseUrl(value)
                        .orElseThrow(() -> wrong(variable, "an http or https URL such as http://localhost:9324")));
    }

    /** The URL of a FIFO queue; absent is an error. */
    String queueUrl(Variable variable) {
        String value = find(variable)
                .orElseThrow(() -> new ConfigurationException(
                        variable, "is not set: give the URL of the FIFO queue; " + variable.description()));
        return parseQueueUrl(variable, value);
    }

    /** Checks that the value, which is all or a part of the variable's, is the URL of a FIFO queue. */
    static String parseQueueUrl(Variable variable, String value) {
        if (parseUrl(value).isEmpty() || !value.endsWith(".fifo")) {
            throw new ConfigurationException(
                    variable,
                    "is wrong: '%s' is not the http or https URL of a FIFO queue, which ends in .fifo"
                            .formatted(value));
        }
        return value;
    }

    ConfigurationException wrong(Variable variable, String expected) {
        return new ConfigurationException(
                variable, "is wrong: '%s' is not %s".formatted(find(variable).orElse(""), expected));
    }

    static Optional<URI> parseUrl(String value) {
        try {
            URI uri = new URI(value);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return http && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
