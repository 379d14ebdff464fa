package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class ApplicationIT {
    private static final String PARK = """
            INSERT INTO outbox.parked_event (seq, id, topic, subject, type, data, time, bucket, reason)
            VALUES ($1, $2, 'elsewhere', $3, 'order.placed', '{"n": 1}', now(), hashtext($3) & 63, $4)
            """;

    private final Sandbox sandbox;
    private final TestDatabase database;
    private final TestQueues queues;
    private final Pool pool;
    private final WebClient client;
    private final Contract contract;
    private final List<Application> running = new ArrayList<>();

    ApplicationIT(Vertx vertx, Sandbox sandbox, TestDatabase database, TestQueues queues) throws TimeoutException {
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
    void clear() throws TimeoutException {
        await(pool.query("TRUNCATE outbox.event, outbox.parked_event, outbox.paused_topic")
                .execute());
    }

    @AfterEach
    void stopAll() throws TimeoutException {
        for (Application application : running) {
            application.stop().await(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void processThatRunsIsLiveAndServesAndShowsItsMeters() throws TimeoutException {
        Application application = start(Map.of(), Role.RELAY);

        HttpResponse<Buffer> live = call(application, HttpMethod.GET, "/health/live");
        HttpResponse<Buffer> serves = call(application, HttpMethod.GET, "/health/ready");
        HttpResponse<Buffer> metrics = call(application, HttpMethod.GET, "/metrics");

        contract.check("live", live);
        contract.check("ready", serves);
        contract.check("metrics", metrics);
        assertThat(live.statusCode()).isEqualTo(200);
        assertThat(serves.statusCode()).isEqualTo(200);
        assertThat(serves.bodyAsString()).contains("database", "relay");
        assertThat(metrics.bodyAsString()).contains("outbox_relay_sent_total", "jvm_memory_used_bytes");
    }

    @Test
    void pendingEventsAreListedInPages() throws TimeoutException {
        pauseElsewhere();
        Application application = start(Map.of(), Role.RELAY);
        for (int n = 1; n <= 3; n++) {
            await(pool.preparedQuery(
                            "INSERT INTO outbox.event (topic, subject, type, data) VALUES ('elsewhere', $1, 'a.b', '[1]')")
                    .execute(Tuple.of("subject-" + n)));
        }

        HttpResponse<Buffer> first = call(application, HttpMethod.GET, "/outbox/events?topic=elsewhere&limit=2");
        String next = first.bodyAsJsonObject().getString("next");
        HttpResponse<Buffer> second =
                call(application, HttpMethod.GET, "/outbox/events?topic=elsewhere&limit=2&cursor=" + next);
        HttpResponse<Buffer> unknown = call(application, HttpMethod.GET, "/outbox/events?cursor=x");

        contract.check("listOutboxEvents", first);
        contract.check("listOutboxEvents", second);
        assertThat(subjects(first)).containsExactly("subject-1", "subject-2");
        assertThat(subjects(second)).containsExactly("subject-3");
        assertThat(second.bodyAsJsonObject().containsKey("next")).isFalse();
        contract.check("listOutboxEvents", unknown);
        assertThat(unknown.statusCode()).isEqualTo(400);
    }

    @Test
    void parkedEventIsRetriedWithThoseBehindIt() throws TimeoutException {
        pauseElsewhere();
        Application application = start(Map.of(), Role.RELAY);
        UUID id = UUID.randomUUID();
        park(1, id, "s", "refused");
        park(2, UUID.randomUUID(), "s", null);

        HttpResponse<Buffer> parked = call(application, HttpMethod.GET, "/outbox/events?state=parked");
        HttpResponse<Buffer> retried = call(application, HttpMethod.POST, "/outbox/events/" + id + "/retry");
        HttpResponse<Buffer> again = call(application, HttpMethod.POST, "/outbox/events/" + id + "/retry");

        contract.check("listOutboxEvents", parked);
        assertThat(subjects(parked)).containsExactly("s", "s");
        JsonArray events = parked.bodyAsJsonObject().getJsonArray("events");
        assertThat(events.getJsonObject(0).getInteger("behind")).isEqualTo(1);
        assertThat(events.getJsonObject(1).containsKey("behind")).isFalse();
        contract.check("retryParkedEvent", retried);
        assertThat(retried.bodyAsJsonObject().getInteger("moved")).isEqualTo(2);
        contract.check("retryParkedEvent", again);
        assertThat(again.statusCode()).isEqualTo(404);
    }

    @Test
    void parkedEventIsDiscarded() throws TimeoutException {
        Application application = start(Map.of(), Role.RELAY);
        UUID id = UUID.randomUUID();
        park(1, id, "s", "refused");

        HttpResponse<Buffer> discarded = call(application, HttpMethod.DELETE, "/outbox/events/" + id);
        HttpResponse<Buffer> again = call(application, HttpMethod.DELETE, "/outbox/events/" + id);
        HttpResponse<Buffer> malformed = call(application, HttpMethod.DELETE, "/outbox/events/1");

        contract.check("discardParkedEvent", discarded);
        assertThat(discarded.statusCode()).isEqualTo(204);
        contract.check("discardParkedEvent", again);
        assertThat(again.statusCode()).isEqualTo(404);
        contract.check("discardParkedEvent", malformed);
        assertThat(malformed.statusCode()).isEqualTo(400);
    }

    @Test
    void topicsArePausedAndResumedOneByOneOrAll() throws TimeoutException {
        Application application = start(Map.of(), Role.RELAY);

        HttpResponse<Buffer> all = call(application, HttpMethod.POST, "/relay/pause");
        HttpResponse<Buffer> status = call(application, HttpMethod.GET, "/relay");
        HttpResponse<Buffer> one = call(application, HttpMethod.POST, "/relay/resume?topic=flight");
        HttpResponse<Buffer> unknown = call(application, HttpMethod.POST, "/relay/resume?topic=x");

        contract.check("pauseRelay", all);
        assertThat(all.bodyAsJsonObject().getJsonArray("paused")).isEqualTo(JsonArray.of("flight", "payment"));
        contract.check("relayStatus", status);
        assertThat(status.bodyAsJsonObject()
                        .getJsonArray("topics")
                        .getJsonObject(0)
                        .getBoolean("paused"))
                .isTrue();
        contract.check("resumeRelay", one);
        assertThat(one.bodyAsJsonObject().getJsonArray("paused")).isEqualTo(JsonArray.of("payment"));
        contract.check("resumeRelay", unknown);
        assertThat(unknown.statusCode()).isEqualTo(404);
    }

    @Test
    void processWithoutRelaySaysSo() throws TimeoutException {
        Application application = start(Map.of(), Role.PAYMENT);

        HttpResponse<Buffer> status = call(application, HttpMethod.GET, "/relay");
        HttpResponse<Buffer> pause = call(application, HttpMethod.POST, "/relay/pause");

        contract.check("relayStatus", status);
        assertThat(status.statusCode()).isEqualTo(404);
        contract.check("pauseRelay", pause);
        assertThat(pause.statusCode()).isEqualTo(404);
    }

    @Test
    void processWhoseDatabaseUserMayNotIsForbidden() throws TimeoutException {
        await(pool.query("DROP ROLE IF EXISTS only_writer").execute());
        await(pool.query("CREATE ROLE only_writer LOGIN PASSWORD 'x' IN ROLE outbox_writer")
                .execute());
        Application application = start(Map.of("PGUSER", "only_writer", "PGPASSWORD", "x"), Role.PAYMENT);

        HttpResponse<Buffer> list = call(application, HttpMethod.GET, "/outbox/events?state=parked");
        HttpResponse<Buffer> retry =
                call(application, HttpMethod.POST, "/outbox/events/" + UUID.randomUUID() + "/retry");

        contract.check("listOutboxEvents", list);
        assertThat(list.statusCode()).isEqualTo(403);
        contract.check("retryParkedEvent", retry);
        assertThat(retry.statusCode()).isEqualTo(403);
        assertThat(retry.bodyAsJsonObject().getString("detail")).contains("relay");
    }

    @Test
    void withoutDatabaseTheProcessLivesAndDoesNotServe() throws TimeoutException {
        Application application = start(Map.of(), Role.RELAY);
        sandbox.postgres().stop();
        try {
            HttpResponse<Buffer> live = call(application, HttpMethod.GET, "/health/live");
            HttpResponse<Buffer> serves = call(application, HttpMethod.GET, "/health/ready");
            HttpResponse<Buffer> list = call(application, HttpMethod.GET, "/outbox/events");

            assertThat(live.statusCode()).isEqualTo(200);
            contract.check("ready", serves);
            assertThat(serves.statusCode()).isEqualTo(503);
            contract.check("listOutboxEvents", list);
            assertThat(list.statusCode()).isEqualTo(503);
            assertThat(list.getHeader("Retry-After")).isEqualTo("1");
        } finally {
            sandbox.postgres().start();
        }
        until(() -> call(application, HttpMethod.GET, "/health/ready").statusCode() == 200);
    }

    @Test
    void roleWaitsForTheSchemaThatAnotherProcessMakes() throws Exception {
        String empty = sandbox.postgres().createEmptyDatabase();
        try {
            Application application = application(Map.of("PGDATABASE", empty), Role.RELAY);
            Future<Void> started = application.start();
            until(() -> application.managementPort() > 0);

            HttpResponse<Buffer> before = call(application, HttpMethod.GET, "/health/ready");
            Application migrate = application(Map.of("PGDATABASE", empty), Role.MIGRATE);
            migrate.start().await(30, TimeUnit.SECONDS);
            started.await(30, TimeUnit.SECONDS);

            contract.check("ready", before);
            assertThat(before.statusCode()).isEqualTo(503);
            assertThat(call(application, HttpMethod.GET, "/health/ready").statusCode())
                    .isEqualTo(200);
        } finally {
            stopAll();
            running.clear();
            sandbox.postgres().dropDatabase(empty);
        }
    }

    @Test
    void portInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = Integer.toString(taken.getLocalPort());
            Application application = application(Map.of("MANAGEMENT_PORT", port), Role.RELAY);

            assertThatThrownBy(() -> application.start().await(30, TimeUnit.SECONDS))
                    .isInstanceOf(StartException.class)
                    .message()
                    .contains("MANAGEMENT_PORT", port)
                    .hasLineCount(1);
        }
    }

    @Test
    void refusedLoginIsNotWaitedFor() {
        Application application = application(Map.of("PGUSER", "nobody_knows"), Role.RELAY);

        assertThatThrownBy(() -> application.start().await(10, TimeUnit.SECONDS))
                .isInstanceOf(StartException.class)
                .message()
                .contains("PGUSER")
                .hasLineCount(1);
    }

    private Application start(Map<String, String> more, Role role) throws TimeoutException {
        Application application = application(more, role);
        application.start().await(30, TimeUnit.SECONDS);
        return application;
    }

    private Application application(Map<String, String> more, Role role) {
        Map<String, String> environment = new HashMap<>(database.environment());
        environment.putAll(queues.environment());
        environment.put("HTTP_PORT", "0");
        environment.put("MANAGEMENT_PORT", "0");
        environment.put("CONSUMER_WAIT_SECONDS", "1");
        environment.putAll(more);
        Application application = Application.of(environment, Set.of(role), router -> {});
        running.add(application);
        return application;
    }

    private HttpResponse<Buffer> call(Application application, HttpMethod method, String uri) throws TimeoutException {
        return await(client.request(method, application.managementPort(), "localhost", uri)
                .send());
    }

    /** It has no route: the relay would park its events. */
    private void pauseElsewhere() throws TimeoutException {
        await(pool.query("INSERT INTO outbox.paused_topic (topic) VALUES ('elsewhere')")
                .execute());
    }

    private void park(long seq, UUID id, String subject, @org.jspecify.annotations.Nullable String reason)
            throws TimeoutException {
        await(pool.preparedQuery(PARK).execute(Tuple.of(seq, id, subject, reason)));
    }

    private static List<String> subjects(HttpResponse<Buffer> page) {
        return page.bodyAsJsonObject().getJsonArray("events").stream()
                .map(event -> ((JsonObject) event).getString("subject"))
                .toList();
    }

    private static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(10, TimeUnit.SECONDS);
    }

    private static void until(Callable<Boolean> condition) {
        org.awaitility.Awaitility.await().atMost(20, TimeUnit.SECONDS).until(condition);
    }
}
