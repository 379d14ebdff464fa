package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CloudWatchMetricsTest {
    private static final Path DEPLOYED =
            Path.of("..", "deploy", "src", "main", "java", "dev", "vertxoutbox", "deploy", "AppMetric.java");

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void lineIsInTheEmbeddedMetricFormat() {
        gauge("outbox.backlog.age", 12.5);
        gauge("outbox.parked.events", 0);

        assertThat(written())
                .containsExactly(new JsonObject()
                        .put(
                                "_aws",
                                new JsonObject()
                                        .put("Timestamp", 1_800_000_000_000L)
                                        .put(
                                                "CloudWatchMetrics",
                                                JsonArray.of(new JsonObject()
                                                        .put("Namespace", "test")
                                                        .put("Dimensions", JsonArray.of(JsonArray.of("role")))
                                                        .put(
                                                                "Metrics",
                                                                JsonArray.of(
                                                                        new JsonObject()
                                                                                .put("Name", "outbox_backlog_age"),
                                                                        new JsonObject()
                                                                                .put(
                                                                                        "Name",
                                                                                        "outbox_parked_events"))))))
                        .put("role", "relay")
                        .put("outbox_backlog_age", 12.5)
                        .put("outbox_parked_events", 0.0));
    }

    @Test
    void greatestOfSeveralSeriesCounts() {
        gauge("outbox.relay.circuit.open", 0, "topic", "flight");
        gauge("outbox.relay.circuit.open", 1, "topic", "payment");
        gauge("outbox.relay.circuit.open", Double.NaN, "topic", "other");

        assertThat(written())
                .singleElement()
                .satisfies(line ->
                        assertThat(line.getDouble("outbox_relay_circuit_open")).isEqualTo(1));
    }

    @Test
    void processWithoutSuchGaugesSaysNothing() {
        gauge("flight.connections", 3);

        assertThat(written()).isEmpty();
    }

    @Test
    void alarmsLookAtWhatIsTold() throws IOException {
        List<String> looked = Pattern.compile("\"([a-z_]+)\"\\)")
                .matcher(Files.readString(DEPLOYED))
                .results()
                .map(name -> name.group(1))
                .toList();

        assertThat(looked)
                .containsExactlyInAnyOrderElementsOf(CloudWatchMetrics.GAUGES.values().stream()
                        .flatMap(List::stream)
                        .map(name -> name.replace('.', '_'))
                        .toList());
    }

    private void gauge(String name, double value, String... tags) {
        Gauge.builder(name, () -> value).tags(tags).register(registry);
    }

    private List<JsonObject> written() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new CloudWatchMetrics("test", registry, new PrintStream(bytes, true, StandardCharsets.UTF_8))
                .write(Instant.ofEpochMilli(1_800_000_000_000L));
        return bytes.toString(StandardCharsets.UTF_8)
                .lines()
                .map(JsonObject::new)
                .toList();
    }
}
