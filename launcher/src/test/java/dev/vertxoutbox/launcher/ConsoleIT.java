package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class ConsoleIT {

    private static final int MOST_VIEWERS = 50;

    private final TestDatabase database;
    private final TestQueues queues;
    private final Pool pool;
    private final WebClient client;
    private final Contract contract;
    private final List<Application> running = new ArrayList<>();

    ConsoleIT(Vertx vertx, TestDatabase database, TestQueues queues) throws TimeoutException {
        this.database = database;
        this.queues = queues;
        this.pool = database.pool(vertx);
        this.client = WebClient.create(vertx);
        this.contract = new Contract(vertx);
        System.setProperty("aws.accessKeyId", "x");
        System.setProperty("aws.secretAccessKey", "x");
    }

    @AfterEach
    void stopAll() throws TimeoutException {
        for (Application application : running) {
            application.stop().await(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void pageAllowsNothingFromElsewhereAndIsSentOnce() throws TimeoutException {
        Application application = start(Map.of(), Role.PAYMENT);

        HttpResponse<Buffer> page = get(application, "/console").send().await(5, TimeUnit.SECONDS);
        HttpResponse<Buffer> again = get(application, "/console")
                .putHeader("If-None-Match", page.getHeader("ETag"))
                .send()
                .await(5, TimeUnit.SECONDS);
        HttpResponse<Buffer> unknown =
                get(application, "/console/secrets.js").send().await(5, TimeUnit.SECONDS);

        contract.check("console", page);
        assertThat(page.getHeader("Content-Type")).startsWith("text/html");
        assertThat(page.getHeader("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.bodyAsString()).doesNotContainPattern("(src|href)=\"(https?:)?//");
        assertThat(again.statusCode()).isEqualTo(304);
        contract.check("consoleFile", unknown);
        assertThat(unknown.statusCode()).isEqualTo(404);
    }

    @Test
    void headIsAnsweredLikeGetWithoutTheBody() throws TimeoutException {
        Application application = start(Map.of(), Role.PAYMENT);

        HttpResponse<Buffer> page = head(application, "/console");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.getHeader("Content-Type")).startsWith("text/html");
        assertThat(page.body()).isNull();
        assertThat(head(application, "/nothing").statusCode()).isEqualTo(404);
        assertThat(head(application, "/outbox/events?state=lost").statusCode()).isEqualTo(400);
        assertThat(head(application, "/console/stream").statusCode()).isEqualTo(405);
    }

    @Test
    void everythingThePageLoadsIsSmall() throws TimeoutException {
        Application application = start(Map.of(), Role.PAYMENT);
        String page =
                get(application, "/console").send().await(5, TimeUnit.SECONDS).bodyAsString();
        int bytes = page.length();
        for (String file : List.of(
                "uplot.js",
                "uplot.css",
                "console.css",
                "console.js",
                "stream.js",
                "calls.js",
                "path.js",
                "charts.js",
                "tables.js",
                "controls.js",
                "words.js",
                "icon.svg")) {
            HttpResponse<Buffer> answer =
                    get(application, "/console/" + file).send().await(5, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).as(file).isEqualTo(200);
            bytes += answer.body().length();
        }

        assertThat(bytes).isLessThan(300_000);
    }

    @Test
    void streamTellsWhatIsInThisProcessAsTheContractSays() throws Exception {
        Application application = start(Map.of(), Role.FLIGHT, Role.RELAY, Role.PAYMENT);

        try (Stream stream = Stream.open(application.managementPort())) {
            contract.checkSchema("ConsoleHello", stream.next("hello"));
            contract.checkSchema("ConsoleHistory", stream.next("history"));
            assertThat(stream.last("hello").getJsonArray("roles"))
                    .isEqualTo(JsonArray.of("flight", "relay", "payment"));
            HttpResponse<Buffer> booked = book(application, flight("London"), flight("Rome"));
            contract.check("bookFromConsole", booked);
            assertThat(booked.bodyAsJsonObject().getJsonArray("booked")).hasSize(2);
            String id = booked.bodyAsJsonObject().getJsonArray("booked").getString(0);

            stream.until("bookings", bookings -> statusOf(id, bookings).equals("CONFIRMED"));
            stream.until("state", state -> state.containsKey("queues") && state.containsKey("outbox"));
            stream.until("events", events -> events.containsKey("pending"));

            contract.checkSchema("ConsoleBookings", stream.last("bookings"));
            contract.checkSchema("ConsoleEvents", stream.last("events"));
            JsonObject state = stream.last("state");
            contract.checkSchema("ConsoleState", state);
            assertThat(state.getJsonObject("flight").getDouble("booked")).isEqualTo(2);
            assertThat(state.getJsonObject("relay").getDouble("sent")).isGreaterThanOrEqualTo(2);
            assertThat(state.getJsonArray("queues").getJsonObject(0).getInteger("deadLetters"))
                    .isZero();
        }
    }

    @Test
    void waitingAndParkedEventsAreShownWithTheirReasons() throws Exception {
        Application application = start(Map.of(), Role.RELAY);
        try (Stream stream = Stream.open(application.managementPort())) {
            stream.until("state", state -> state.containsKey("outbox"));

            pool.query("INSERT INTO outbox.event (topic, subject, type, data) VALUES ('nowhere', 'a', 'x.y', '{}')")
                    .execute()
                    .await(5, TimeUnit.SECONDS);

            stream.until("events", events -> !events.getJsonArray("parked").isEmpty());
            contract.checkSchema("ConsoleEvents", stream.last("events"));
            assertThat(stream.last("events")
                            .getJsonArray("parked")
                            .getJsonObject(0)
                            .getString("reason"))
                    .contains("nowhere");
            stream.until("state", state -> state.getJsonObject("outbox").getInteger("parked") == 1);
        }
    }

    @Test
    void whatIsNotInThisProcessIsSaidSo() throws Exception {
        pool.query("DO $$ BEGIN CREATE ROLE only_payment LOGIN PASSWORD 'x' IN ROLE payment_app; "
                        + "EXCEPTION WHEN duplicate_object THEN NULL; END $$")
                .execute()
                .await(5, TimeUnit.SECONDS);
        Application application = start(Map.of("PGUSER", "only_payment", "PGPASSWORD", "x"), Role.PAYMENT);

        try (Stream stream = Stream.open(application.managementPort())) {
            assertThat(stream.next("hello").getString("cannotBook")).contains("flight role");
            stream.until("state", state -> state.containsKey("outbox"));
            JsonObject state = stream.last("state");
            contract.checkSchema("ConsoleState", state);
            assertThat(state.fieldNames()).contains("payment").doesNotContain("flight", "relay");
            assertThat(state.getJsonObject("outbox").getString("unavailable")).contains("relay role");
            assertThat(state.getJsonObject("sample").getValue("bookings")).isNull();
        }
        HttpResponse<Buffer> refused = book(application, flight("London"));
        contract.check("bookFromConsole", refused);
        assertThat(refused.statusCode()).isEqualTo(409);
    }

    @Test
    void refusedBookingIsAnsweredInTheWordsOfTheApi() throws TimeoutException {
        Application application = start(Map.of(), Role.FLIGHT);

        HttpResponse<Buffer> refused = book(application, flight(""));
        HttpResponse<Buffer> none = book(application);

        contract.check("bookFromConsole", refused);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.bodyAsJsonObject().getString("detail")).contains("arrivalAirport");
        contract.check("bookFromConsole", none);
        assertThat(none.statusCode()).isEqualTo(400);
    }

    @Test
    void bookingNeedsTheTokenAndViewersAreTold() throws Exception {
        Application application = start(Map.of("MANAGEMENT_TOKEN", "let-me-in"), Role.PAYMENT);

        HttpResponse<Buffer> refused = book(application, flight("London"));

        contract.check("bookFromConsole", refused);
        assertThat(refused.statusCode()).isEqualTo(401);
        try (Stream stream = Stream.open(application.managementPort())) {
            assertThat(stream.next("hello").getString("access")).isEqualTo("token");
        }
    }

    @Test
    void viewersBeyondTheLimitAreRefusedUntilOneLeaves() throws Exception {
        Application application = start(Map.of(), Role.PAYMENT);
        List<Stream> streams = new ArrayList<>();
        try {
            for (int viewer = 0; viewer < MOST_VIEWERS; viewer++) {
                streams.add(Stream.open(application.managementPort()));
                streams.get(viewer).next("hello");
            }
            HttpResponse<Buffer> refused =
                    get(application, "/console/stream").send().await(5, TimeUnit.SECONDS);
            contract.check("consoleStream", refused);
            assertThat(refused.statusCode()).isEqualTo(503);

            streams.get(0).close();

            await().untilAsserted(() -> {
                try (Stream late = Stream.open(application.managementPort())) {
                    assertThat(late.status()).isEqualTo(200);
                }
            });
        } finally {
            for (Stream stream : streams) {
                stream.close();
            }
        }
    }

    @Test
    void managementApiCanBeReadAndTriedInTheBrowser() throws TimeoutException {
        Application application = start(Map.of(), Role.PAYMENT);

        for (String file : List.of("index.html", "swagger-initializer.js", "swagger-ui-bundle.js", "swagger-ui.css")) {
            assertThat(get(application, "/swagger-ui/" + file)
                            .send()
                            .await(5, TimeUnit.SECONDS)
                            .statusCode())
                    .as(file)
                    .isEqualTo(200);
        }
        HttpResponse<Buffer> contractFile =
                get(application, "/openapi.yaml").send().await(5, TimeUnit.SECONDS);
        assertThat(contractFile.bodyAsString()).contains("operationId: redriveDeadLetters");
        assertThat(get(application, "/swagger-ui/other.js")
                        .send()
                        .await(5, TimeUnit.SECONDS)
                        .statusCode())
                .isEqualTo(404);
    }

    private Application start(Map<String, String> more, Role first, Role... others) throws TimeoutException {
        Map<String, String> environment = new HashMap<>(database.environment());
        environment.putAll(queues.environment());
        environment.putAll(Map.of("HTTP_PORT", "0", "MANAGEMENT_PORT", "0", "CONSUMER_WAIT_SECONDS", "1"));
        environment.putAll(more);
        Set<Role> roles = EnumSet.of(first, others);
        Application application = Application.of(environment, roles, router -> {});
        running.add(application);
        application.start().await(30, TimeUnit.SECONDS);
        return application;
    }

    private HttpRequest<Buffer> get(Application application, String uri) {
        return client.request(HttpMethod.GET, application.managementPort(), "localhost", uri);
    }

    private HttpResponse<Buffer> head(Application application, String uri) throws TimeoutException {
        return client.request(HttpMethod.HEAD, application.managementPort(), "localhost", uri)
                .send()
                .await(5, TimeUnit.SECONDS);
    }

    private HttpResponse<Buffer> book(Application application, JsonObject... flights) throws TimeoutException {
        return client.post(application.managementPort(), "localhost", "/console/bookings")
                .sendJson(new JsonArray(List.of(flights)))
                .await(20, TimeUnit.SECONDS);
    }

    private static JsonObject flight(String arrival) {
        return new JsonObject()
                .put("departureAirport", "Paris")
                .put("arrivalAirport", arrival)
                .put("departureDateTime", "2027-03-01T09:00:00Z")
                .put("arrivalDateTime", "2027-03-01T10:15:00Z")
                .put("fare", new JsonObject().put("amount", 120).put("currency", "EUR"));
    }

    private static String statusOf(String id, JsonObject bookings) {
        return bookings.getJsonArray("flights", new JsonArray()).stream()
                .map(JsonObject.class::cast)
                .filter(flight -> flight.getString("id").equals(id))
                .map(flight -> flight.getString("status"))
                .findFirst()
                .orElse("none");
    }
}
