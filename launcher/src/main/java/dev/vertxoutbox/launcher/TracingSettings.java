package dev.vertxoutbox.launcher;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How spans are recorded and where they go: the variables of the OpenTelemetry SDK, of which those of a collector and of
 * its protocol are checked here and the others by the SDK.
 *
 * @param serviceName that of the process, unless a variable says otherwise
 * @param properties names and values as the SDK has them
 */
record TracingSettings(String serviceName, Map<String, String> properties) {
    private static final String PREFIX = "OTEL_";
    private static final String PROTOCOL = "http/protobuf";

    TracingSettings {
        properties = Map.copyOf(properties);
    }

    /** Null unless a collector is named: then nothing is recorded. */
    static @Nullable TracingSettings from(Environment env, Set<Role> roles) {
        if (env.url(Variable.OTEL_EXPORTER_OTLP_ENDPOINT).isEmpty()) {
            return null;
        }
        checkHeaders(env);
        Map<String, String> properties = new HashMap<>();
        env.startingWith(PREFIX).forEach((name, value) -> properties.put(property(name), value));
        check(properties, "otel.exporter.otlp.protocol", PROTOCOL::equals, PROTOCOL);
        check(properties, "otel.exporter.otlp.traces.protocol", PROTOCOL::equals, PROTOCOL);
        check(
                properties,
                "otel.exporter.otlp.traces.endpoint",
                value -> Environment.parseUrl(value).isPresent(),
                "an http or https URL such as http://localhost:4318/v1/traces");
        properties.put("otel.exporter.otlp.protocol", PROTOCOL);
        // Metrics are for Prometheus, logs for standard output.
        properties.put("otel.metrics.exporter", "none");
        properties.put("otel.logs.exporter", "none");
        return new TracingSettings(serviceName(roles), properties);
    }

    /** For what the SDK has no message that names the variable. */
    private static void check(Map<String, String> properties, String name, Predicate<String> isRight, String expected) {
        String value = properties.get(name);
        if (value != null && !isRight.test(value)) {
            throw new ConfigurationException("%s is wrong: '%s' is not %s".formatted(variable(name), value, expected));
        }
    }

    /** The SDK would repeat in its message what is wrong, and headers are secrets. */
    private static void checkHeaders(Environment env) {
        String headers = env.text(Variable.OTEL_EXPORTER_OTLP_HEADERS, "");
        if (!headers.isEmpty() && !headers.matches("\\s*[^=,\\s]+\\s*=[^,]*(,\\s*[^=,\\s]+\\s*=[^,]*)*")) {
            throw new ConfigurationException(
                    Variable.OTEL_EXPORTER_OTLP_HEADERS, "is wrong: give name=value pairs separated by commas");
        }
    }

    private static String serviceName(Set<Role> roles) {
        return roles.size() == 1 ? "outbox-" + roles.iterator().next().word() : "outbox";
    }

    private static String property(String variable) {
        return variable.toLowerCase(Locale.ROOT).replace('_', '.');
    }

    /** The variable that a property of the SDK is read from. */
    static String variable(String property) {
        return property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Without values, which may be secrets. */
    @Override
    public String toString() {
        return serviceName + properties.keySet().stream().sorted().collect(Collectors.joining(", ", "[", "]"));
    }
}
