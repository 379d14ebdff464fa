package dev.vertxoutbox.launcher;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gauges that alarms of CloudWatch look at, on standard output: CloudWatch Logs makes metrics of such lines. They
 * have the names of Prometheus and the dimension {@code role}; of several series, the greatest value counts.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">embedded
 *     metric format</a>
 */
final class CloudWatchMetrics {
    /** By role. */
    static final Map<Role, List<String>> GAUGES = Map.of(
            Role.RELAY,
            List.of("outbox.backlog.age", "outbox.backlog.events", "outbox.parked.events", "outbox.relay.circuit.open"),
            Role.PAYMENT,
            List.of("payment.gateway.circuit"));

    private static final Logger log = LoggerFactory.getLogger(CloudWatchMetrics.class);
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final String namespace;
    private final MeterRegistry registry;
    private final PrintStream out;

    CloudWatchMetrics(String namespace, MeterRegistry registry, PrintStream out) {
        this.namespace = namespace;
        this.registry = registry;
        this.out = out;
    }

    static @Nullable String namespace(Environment env) {
        String namespace = env.find(Variable.CLOUDWATCH_NAMESPACE).orElse(null);
        if (namespace != null && (namespace.startsWith("AWS/") || !namespace.matches("[\\w./#-]{1,255}"))) {
            throw env.wrong(
                    Variable.CLOUDWATCH_NAMESPACE,
                    "a namespace of at most 255 letters, digits and ./#-_ that does not begin with AWS/");
        }
        return namespace;
    }

    /** Writes once a minute from now on, until Vert.x is closed. */
    void start(Vertx vertx) {
        // Whoever reads standard output may be slow: not for an event loop.
        vertx.setPeriodic(
                FIRST.toMillis(),
                INTERVAL.toMillis(),
                timer -> vertx.executeBlocking(() -> {
                            write(Instant.now());
                            return null;
                        })
                        .onFailure(failure -> log.atWarn()
                                .setCause(failure)
                                .log("Cannot tell CloudWatch; the next minute tries again")));
    }

    void write(Instant now) {
        GAUGES.forEach((role, names) -> {
            JsonObject values = values(names);
            if (!values.isEmpty()) {
                out.println(line(now, role, values).encode());
            }
        });
    }

    private JsonObject values(List<String> names) {
        JsonObject values = new JsonObject();
        for (String name : names) {
            OptionalDouble greatest = registry.find(name).gauges().stream()
                    .mapToDouble(Gauge::value)
                    .filter(value -> !Double.isNaN(value))
                    .max();
            greatest.ifPresent(value -> values.put(name.replace('.', '_'), value));
        }
        return values;
    }

    private JsonObject line(Instant now, Role role, JsonObject values) {
        JsonArray metrics = new JsonArray();
        values.fieldNames().forEach(name -> metrics.add(new JsonObject().put("Name", name)));
        JsonObject directive = new JsonObject()
                .put("Namespace", namespace)
                .put("Dimensions", JsonArray.of(JsonArray.of("role")))
                .put("Metrics", metrics);
        JsonObject metadata =
                new JsonObject().put("Timestamp", now.toEpochMilli()).put("CloudWatchMetrics", JsonArray.of(directive));
        return new JsonObject().put("_aws", metadata).put("role", role.word()).mergeIn(values);
    }
}
