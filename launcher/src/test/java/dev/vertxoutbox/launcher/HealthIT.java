package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class HealthIT {
    private static final List<String> ROLES = List.of("flight", "relay", "payment");

    private final Sandbox sandbox;
    private final TestDatabase database;
    private final TestQueues queues;
    private final Pool pool;
    private final WebClient client;
    private final Contract contract;

    private @Nullable Application application;

    HealthIT(Vertx vertx, Sandbox sandbox, TestDatabase database, TestQueues queues) throws TimeoutException {
        this.sandbox = sandbox;
        this.database = database;
        this.queues = queues;
        this.pool = database.pool(vertx);
        this.client = WebClient.create(vertx);
        this.contract = new Contract(vertx);
        System.setProperty("aws.accessKeyId", "x");
        System.setProperty("aws.secretAccessKey", "x");
    }

    @BeforeEach
    void start() throws TimeoutException {
        execute("DROP ROLE IF EXISTS all_roles");
        execute("CREATE ROLE all_roles LOGIN PASSWORD 'x' IN ROLE flight_app, relay_app, payment_app");
        Map<String, String> environment = new HashMap<>(database.environment());
        environment.putAll(queues.environment());
        environment.putAll(Map.of("HTTP_PORT", "0", "MANAGEMENT_PORT", "0", "CONSUMER_WAIT_SECONDS", "1"));
        environment.putAll(Map.of("PGUSER", "all_roles", "PGPASSWORD", "x"));
        application = Application.of(environment, EnumSet.complementOf(EnumSet.of(Role.MIGRATE)), router -> {});
        running().start().await(30, TimeUnit.SECONDS);
        until(ready -> assertThat(ready.getString("status")).isEqualTo("UP"), 200);
    }

    @AfterEach
    void stop() throws TimeoutException {
        running().stop().await(30, TimeUnit.SECONDS);
    }

    @Test
    void withoutDatabaseEveryRoleIsDownAndSaysWhy() throws TimeoutException {
        sandbox.postgres().stop();
        try {
            until(
                    ready -> {
                        assertThat(ready.getString("status")).isEqualTo("DOWN");
                        for (String role : ROLES) {
                            assertThat(check(ready, role).getString("status")).isEqualTo("DOWN");
                            assertThat(reasons(ready, role)).anyMatch(reason -> reason.startsWith("database: "));
                        }
                    },
                    503);
            assertThat(get("/health/live").statusCode()).isEqualTo(200);
        } finally {
            sandbox.postgres().start();
        }
        until(ready -> assertThat(ready.getString("status")).isEqualTo("UP"), 200);
    }

    @Test
    void withoutQueueEveryRoleIsDegradedAndServes() throws TimeoutException {
        sandbox.queues().queueDown();
        try {
            execute("INSERT INTO outbox.event (topic, subject, type, data) VALUES ('flight', 's', 'a.b', '{}')");
            until(
                    ready -> {
                        assertThat(ready.getString("status")).isEqualTo("DEGRADED");
                        assertThat(reasons(ready, "relay"))
                                .containsExactly("queue: that of topic flight takes no messages, its events wait");
                        assertThat(reasons(ready, "flight"))
                                .singleElement()
                                .asString()
                                .startsWith("consumer: events wait, receive: ");
                        assertThat(reasons(ready, "payment"))
                                .singleElement()
                                .asString()
                                .startsWith("consumer: events wait, receive: ");
                    },
                    200);
        } finally {
            sandbox.queues().queueUp();
        }
        until(ready -> assertThat(ready.getString("status")).isEqualTo("UP"), 200);
    }

    @Test
    void withoutListenerTheRelayIsDegradedAndServes() throws TimeoutException {
        // Sessions that are open stay; the listener, once ended, gets none.
        execute("ALTER ROLE all_roles CONNECTION LIMIT 1");
        sandbox.postgres().killBackendsNamed("outbox-relay-listener");
        try {
            until(
                    ready -> {
                        assertThat(ready.getString("status")).isEqualTo("DEGRADED");
                        assertThat(reasons(ready, "relay"))
                                .containsExactly("listener: no notifications, events wait for the poll");
                        assertThat(check(ready, "flight").getString("status")).isEqualTo("UP");
                    },
                    200);
        } finally {
            execute("ALTER ROLE all_roles CONNECTION LIMIT -1");
        }
        until(ready -> assertThat(ready.getString("status")).isEqualTo("UP"), 200);
    }

    @Test
    void processThatDrainsIsDown() {
        Future<Void> stopped = running().stop();

        until(
                ready -> {
                    assertThat(ready.getString("status")).isEqualTo("DOWN");
                    assertThat(reasons(ready, "phase")).containsExactly("the process is draining");
                },
                503);
        assertThat(stopped.isComplete()).as("it was asked while it drained").isFalse();
    }

    private void until(ThrowingConsumer<JsonObject> condition, int status) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> {
                    HttpResponse<Buffer> answer = get("/health/ready");
                    contract.check("ready", answer);
                    condition.accept(answer.bodyAsJsonObject());
                    assertThat(answer.statusCode()).isEqualTo(status);
                });
    }

    private HttpResponse<Buffer> get(String uri) throws TimeoutException {
        return client.get(running().managementPort(), "localhost", uri).send().await(10, TimeUnit.SECONDS);
    }

    private static JsonObject check(JsonObject ready, String id) {
        return ready.getJsonArray("checks").stream()
                .map(JsonObject.class::cast)
                .filter(check -> check.getString("id").equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> reasons(JsonObject ready, String id) {
        return check(ready, id).getJsonArray("reasons", new JsonArray()).stream()
                .map(String::valueOf)
                .toList();
    }

    private void execute(String sql) throws TimeoutException {
        pool.query(sql).execute().await(10, TimeUnit.SECONDS);
    }

    private Application running() {
        return Objects.requireNonNull(application);
    }
}
