package dev.vertxoutbox.launcher;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SandboxExtension.class)
class JarIT {
    private static final String FLIGHT = """
            {"departureAirport": "Paris", "arrivalAirport": "London",
             "departureDateTime": "2027-03-01T09:00:00Z", "arrivalDateTime": "2027-03-01T10:15:00Z",
             "fare": {"amount": 120, "currency": "EUR"}}
            """;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Sandbox sandbox;
    private final TestQueues queues;
    private final Map<String, String> environment = new HashMap<>();

    JarIT(Sandbox sandbox, TestDatabase database, TestQueues queues) {
        this.sandbox = sandbox;
        this.queues = queues;
        environment.putAll(database.environment());
        environment.putAll(queues.environment());
        environment.putAll(Map.of("HTTP_PORT", "0", "MANAGEMENT_PORT", "0", "CONSUMER_WAIT_SECONDS", "1"));
    }

    @Test
    void withoutRoleAllRunInOneProcessAndSigtermDrainsIt() throws Exception {
        String empty = sandbox.postgres().createEmptyDatabase();
        try (JarProcess jar = JarProcess.start(with("PGDATABASE", empty))) {
            await().atMost(60, SECONDS)
                    .until(() -> !jar.isAlive() || readyLines(jar).size() == 3);
            assertThat(jar.err()).isEmpty();
            assertThat(readyLines(jar))
                    .satisfiesExactlyInAnyOrder(
                            line -> assertThat(line).contains("flight ready http://"),
                            line -> assertThat(line).contains("relay ready management http://"),
                            line -> assertThat(line).contains("payment ready management http://"));
            String api = url(readyLines(jar), "flight ready (http://\\S+)");
            String booking = book(api);
            await().atMost(20, SECONDS).until(() -> get(api + booking).body().contains("CONFIRMED"));

            jar.terminate();

            assertThat(jar.exitCode(25)).isZero();
            assertThat(jar.err()).isEmpty();
            assertThat(readyLines(jar)).hasSize(3);
        } finally {
            sandbox.postgres().dropDatabase(empty);
        }
    }

    @Test
    void roleInItsOwnProcessServesItsManagementPort() throws Exception {
        try (JarProcess jar = JarProcess.start(environment, "relay")) {
            await().atMost(60, SECONDS)
                    .until(() -> !jar.isAlive() || readyLines(jar).size() == 1);
            String management = url(readyLines(jar), "relay ready management (http://\\S+)");

            assertThat(get(management + "/health/ready").statusCode()).isEqualTo(200);
            assertThat(get(management + "/metrics").body()).contains("outbox_relay_sent_total", "jvm_memory");
            // Files of web jars, which are shaded in part.
            for (String file : List.of("/console/uplot.js", "/console/uplot.css", "/swagger-ui/swagger-ui-bundle.js")) {
                assertThat(get(management + file).statusCode()).as(file).isEqualTo(200);
            }
        }
    }

    @Test
    void migrateAloneExitsWhenDone() throws Exception {
        String empty = sandbox.postgres().createEmptyDatabase();
        try (JarProcess first = JarProcess.start(with("PGDATABASE", empty), "migrate");
                JarProcess atTheSameTime = JarProcess.start(with("PGDATABASE", empty), "migrate")) {
            assertThat(first.exitCode(60)).isZero();
            assertThat(atTheSameTime.exitCode(60)).isZero();
            assertThat(first.err()).isEmpty();
            assertThat(atTheSameTime.err()).isEmpty();
        } finally {
            sandbox.postgres().dropDatabase(empty);
        }
    }

    @Test
    void wrongConfigurationIsOneLineAndExitCode2() throws Exception {
        assertFails(with("RELAY_POLL_INTERVAL", "5s"), 2, "RELAY_POLL_INTERVAL", "relay");
        assertFails(with("LOG_FORMAT", "xml"), 2, "LOG_FORMAT", "relay");
        assertFails(with("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"), 2, "OTEL_EXPORTER_OTLP_ENDPOINT", "relay");
        assertFails(with("FLIGHT_QUEUE_URL", ""), 2, "FLIGHT_QUEUE_URL", "payment");
        assertFails(environment, 2, "'replay'", "replay");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP_PORT", "MANAGEMENT_PORT"})
    void portInUseIsOneLineThatNamesTheVariableAndExitCode1(String variable) throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertFails(with(variable, Integer.toString(taken.getLocalPort())), 1, variable, "flight");
        }
    }

    @Test
    void refusedLoginIsOneLineAndExitCode1() throws Exception {
        assertFails(with("PGUSER", "nobody_knows"), 1, "PGUSER", "migrate");
    }

    @Test
    void sigtermEndsAProcessThatStillWaitsForItsDatabase() throws Exception {
        String empty = sandbox.postgres().createEmptyDatabase();
        try (JarProcess jar = JarProcess.start(with("PGDATABASE", empty), "relay")) {
            await().atMost(30, SECONDS)
                    .until(() -> jar.out().stream().anyMatch(line -> line.contains("run the migrate role")));

            jar.terminate();

            assertThat(jar.exitCode(15)).isZero();
            assertThat(jar.err()).isEmpty();
        } finally {
            sandbox.postgres().dropDatabase(empty);
        }
    }

    @Test
    void secondSigtermEndsAProcessThatStillDrains() throws Exception {
        try (JarProcess jar = JarProcess.start(environment, "payment")) {
            await().atMost(60, SECONDS)
                    .until(() -> !jar.isAlive() || readyLines(jar).size() == 1);
            String management = url(readyLines(jar), "payment ready management (http://\\S+)");
            awaitPolls(management);

            jar.terminate(); // It now waits for the end of its long poll.
            await().atMost(5, SECONDS)
                    .until(() -> get(management + "/health/ready").body().contains("draining"));
            jar.terminate();

            assertThat(jar.exitCode(5)).isEqualTo(130);
        }
    }

    @Test
    void jsonLogsAreOneObjectALine() throws Exception {
        try (JarProcess jar = JarProcess.start(with("LOG_FORMAT", "json"), "relay")) {
            await().atMost(60, SECONDS)
                    .until(() -> !jar.isAlive() || readyLines(jar).size() == 1);
            jar.terminate();

            assertThat(jar.exitCode(25)).isZero();
            assertThat(jar.out())
                    .isNotEmpty()
                    .allSatisfy(line ->
                            assertThat(new JsonObject(line).getString("level")).isNotEmpty());
        }
    }

    @Test
    void relayTellsCloudWatchWhatItsAlarmsNeed() throws Exception {
        try (JarProcess jar = JarProcess.start(with("CLOUDWATCH_NAMESPACE", "test"), "relay")) {
            await().atMost(60, SECONDS)
                    .until(() -> !jar.isAlive() || jar.out().stream().anyMatch(line -> line.startsWith("{\"_aws\"")));

            JsonObject line = jar.out().stream()
                    .filter(text -> text.startsWith("{\"_aws\""))
                    .map(JsonObject::new)
                    .findFirst()
                    .orElseThrow();
            assertThat(line.fieldNames())
                    .containsExactlyInAnyOrder(
                            "_aws",
                            "role",
                            "outbox_backlog_age",
                            "outbox_backlog_events",
                            "outbox_parked_events",
                            "outbox_relay_circuit_open");
        }
    }

    @Test
    void helpListsRolesAndVariables() throws Exception {
        try (JarProcess jar = JarProcess.start(Map.of(), "--help")) {
            assertThat(jar.exitCode(20)).isZero();
            assertThat(String.join("\n", jar.out())).contains("migrate", "PAYMENT_LIMIT");
        }
    }

    /** Whoever has taken a message polls for the next one. */
    private void awaitPolls(String management) throws Exception {
        String event = """
                {"specversion": "1.0", "id": "%s", "source": "/test", "type": "of.no.interest", "subject": "s",
                 "time": "2027-03-01T09:00:00Z", "datacontenttype": "application/json", "data": {}}""".formatted(UUID.randomUUID());
        queues.client()
                .sendMessage(message -> message.queueUrl(queues.flightUrl())
                        .messageGroupId("s")
                        .messageDeduplicationId(UUID.randomUUID().toString())
                        .messageBody(event))
                .get(10, SECONDS);
        await().atMost(30, SECONDS)
                .until(() ->
                        get(management + "/metrics").body().contains("inbox_unknown_total{consumer=\"payment\"} 1.0"));
    }

    private static void assertFails(Map<String, String> environment, int exitCode, String named, String... roles)
            throws IOException, InterruptedException {
        try (JarProcess jar = JarProcess.start(environment, roles)) {
            assertThat(jar.exitCode(30)).isEqualTo(exitCode);
            assertThat(jar.err()).singleElement().asString().contains(named);
            assertThat(readyLines(jar)).isEmpty();
        }
    }

    private Map<String, String> with(String variable, String value) {
        Map<String, String> changed = new HashMap<>(environment);
        changed.put(variable, value);
        return changed;
    }

    private static List<String> readyLines(JarProcess jar) {
        return jar.out().stream().filter(line -> line.contains("ready")).toList();
    }

    private static String url(List<String> lines, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(String.join("\n", lines));
        assertThat(found.find()).as(() -> "a line like " + pattern).isTrue();
        return found.group(1).replace("0.0.0.0", "localhost");
    }

    private String book(String api) throws IOException, InterruptedException {
        HttpResponse<String> booked = http.send(
                HttpRequest.newBuilder(URI.create(api + "/api/flights"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(FLIGHT))
                        .build(),
                BodyHandlers.ofString());
        assertThat(booked.statusCode()).as(booked.body()).isEqualTo(201);
        return "/api/flights/" + new JsonObject(booked.body()).getString("id");
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }
}
