package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Holds every expression of the alerts and of the dashboard to what the application exposes: each selector, with all its
 * conditions, finds series, and they have the labels that it groups by.
 */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ObservabilityIT {
    private final Vertx vertx = Vertx.vertx();
    private final WebClient client = WebClient.create(vertx);
    private final List<Application> running = new ArrayList<>();
    private String scraped = "";
    private final Exposition exposed = new Exposition(Observability.JOB, "localhost:8081");

    @BeforeAll
    void useTheApplicationAndScrapeIt(Sandbox sandbox, TestDatabase database, TestQueues queues) throws Exception {
        System.setProperty("aws.accessKeyId", "x");
        System.setProperty("aws.secretAccessKey", "x");
        Map<String, String> environment = new HashMap<>(database.environment());
        environment.putAll(queues.environment());
        environment.putAll(Map.of("HTTP_PORT", "0", "MANAGEMENT_PORT", "0", "CONSUMER_WAIT_SECONDS", "1"));
        environment.put("OUTBOX_ARCHIVE_DAYS", "1");
        Application all = start(environment, EnumSet.complementOf(EnumSet.of(Role.MIGRATE)));
        Map<String, String> withTokens = new HashMap<>(environment);
        withTokens.putAll(Map.of("AUTH_JWKS_URL", signingKeys(), "AUTH_ISSUER", "i", "AUTH_AUDIENCE", "a"));
        Application secured = start(withTokens, Set.of(Role.FLIGHT));

        assertThat(book(all, 120)).isEqualTo(201);
        assertThat(book(all, 20_000)).isEqualTo(201);
        for (int n = 0; n < 3; n++) {
            client.request(HttpMethod.valueOf("INVENTED" + n), all.httpPort(), "localhost", "/api/flights")
                    .send()
                    .await(10, TimeUnit.SECONDS);
        }
        bookWhileTheQueueIsDown(all, sandbox);
        bookWithoutDatabase(all, sandbox);
        await(() -> scrape(all).contains("inbox_handled_total{consumer=\"payment\"} 3.0"));

        scraped = scrape(all);
        exposed.scraped(scraped).scraped(scrape(secured));
        for (JsonObject alert : Observability.alerts()) {
            // Prometheus makes these of the alerts.
            String severity = alert.getJsonObject("labels").getString("severity");
            exposed.add(
                    "ALERTS",
                    Map.of("alertname", alert.getString("alert"), "alertstate", "firing", "severity", severity));
        }
    }

    @AfterAll
    void stopAll() throws TimeoutException {
        for (Application application : running) {
            application.stop().await(30, TimeUnit.SECONDS);
        }
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void everyAlertIsAboutMetricsAndLabelsThatExist() throws IOException {
        List<String> faults = Observability.alerts().stream()
                .flatMap(alert -> exposed.faults(alert.getString("expr")).stream())
                .toList();

        assertThat(faults).isEmpty();
    }

    @Test
    void everyPanelShowsMetricsAndLabelsThatExist() throws IOException {
        List<String> faults = Observability.dashboardExpressions().stream()
                .flatMap(expression -> exposed.faults(expression).stream())
                .toList();

        assertThat(faults).isEmpty();
    }

    @Test
    void everyMetricOnThePageIsExposedWithItsTypeAndLabels() throws IOException {
        assertThat(OperationsPageTest.exposed(scraped)).containsAllEntriesOf(OperationsPageTest.documented());
    }

    @Test
    void methodsThatClientsInventShareOneSeries() {
        assertThat(exposed.faults("vertx_http_server_requests_total{code=\"405\",method=\"OTHER\"}"))
                .isEmpty();
        assertThat(scraped).doesNotContain("INVENTED");
    }

    @Test
    void whatIsNotExposedIsFound() {
        assertThat(exposed.faults("sum(rate(outbox_relay_sent_totals[5m]))")).hasSize(1);
        assertThat(exposed.faults("outbox_relay_drains_total{outcome=\"broken\"}"))
                .hasSize(1);
        assertThat(exposed.faults("outbox_relay_sent_total{topics!=\"flight\"}"))
                .hasSize(1);
        assertThat(exposed.faults("sum by (subject) (outbox_relay_sent_total)")).hasSize(1);
        assertThat(exposed.faults("sum by (topic) (outbox_relay_sent_total{topic=~\"f.*\"}) > 1e3"))
                .isEmpty();
    }

    private void bookWhileTheQueueIsDown(Application application, Sandbox sandbox) throws Exception {
        sandbox.queues().queueDown();
        try {
            assertThat(book(application, 120)).isEqualTo(201);
            await(() -> scrape(application).contains("outbox_relay_circuit_open{topic=\"flight\"} 1.0"));
        } finally {
            sandbox.queues().queueUp();
        }
        await(() -> scrape(application).contains("outbox_relay_circuit_open{topic=\"flight\"} 0.0"));
    }

    private void bookWithoutDatabase(Application application, Sandbox sandbox) throws Exception {
        sandbox.postgres().stop();
        try {
            await(() -> book(application, 120) == 503);
            await(() -> scrape(application).contains("outbox_relay_database_up 0.0"));
        } finally {
            sandbox.postgres().start();
        }
        await(() -> scrape(application).contains("outbox_relay_database_up 1.0"));
    }

    private Application start(Map<String, String> environment, Set<Role> roles) throws TimeoutException {
        Application application = Application.of(environment, roles, router -> {});
        running.add(application);
        application.start().await(30, TimeUnit.SECONDS);
        return application;
    }

    private int book(Application application, int amount) throws TimeoutException {
        JsonObject flight = new JsonObject()
                .put("departureAirport", "Paris")
                .put("arrivalAirport", "London")
                .put("departureDateTime", "2027-03-01T09:00:00Z")
                .put("arrivalDateTime", "2027-03-01T10:15:00Z")
                .put("fare", new JsonObject().put("amount", amount).put("currency", "EUR"));
        return client.post(application.httpPort(), "localhost", "/api/flights")
                .sendJsonObject(flight)
                .await(10, TimeUnit.SECONDS)
                .statusCode();
    }

    private String scrape(Application application) throws TimeoutException {
        return client.get(application.managementPort(), "localhost", "/metrics")
                .send()
                .await(10, TimeUnit.SECONDS)
                .bodyAsString();
    }

    /** The URL of an authorization server's keys. */
    private String signingKeys() throws GeneralSecurityException, TimeoutException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        RSAPublicKey key = (RSAPublicKey) generator.generateKeyPair().getPublic();
        JsonObject published = new JsonObject()
                .put("kty", "RSA")
                .put("use", "sig")
                .put("alg", "RS256")
                .put("kid", "key-1")
                .put("n", base64(key.getModulus()))
                .put("e", base64(key.getPublicExponent()));
        JsonObject keys = new JsonObject().put("keys", JsonArray.of(published));
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.response().end(keys.toBuffer()))
                .listen(0)
                .await(10, TimeUnit.SECONDS);
        return "http://localhost:" + server.actualPort() + "/keys";
    }

    private static String base64(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(bytes, from, bytes.length));
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
    }
}
