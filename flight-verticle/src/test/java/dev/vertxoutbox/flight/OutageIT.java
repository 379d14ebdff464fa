package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TcpProxy;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.junit5.VertxExtension;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Without the database there is a 503 in time, never a false 201; with it there are bookings again, without a restart. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class OutageIT {
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(8);
    private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(15);

    private static FlightService service;
    private static Sandbox sandbox;
    private static TcpProxy proxy;

    @BeforeAll
    static void start(Vertx vertx, TestDatabase db, TestQueues queues, Sandbox injected) throws TimeoutException {
        sandbox = injected;
        PgConnectOptions direct = db.connectOptions();
        proxy = TcpProxy.start(direct.getHost(), direct.getPort());
        service = FlightService.start(
                vertx,
                db,
                queues,
                config -> new FlightConfig(
                        config.database().setHost("127.0.0.1").setPort(proxy.port()),
                        1,
                        2,
                        config.httpPort(),
                        config.maxConnections(),
                        config.maxWatchers(),
                        null,
                        config.payments()));
    }

    @AfterEach
    void recovered() {
        await().atMost(LONGEST_RECOVERY)
                .pollInterval(200, MILLISECONDS)
                .until(() -> service.post(FlightService.flight()).statusCode() == 201);
    }

    @Test
    void stoppedDatabaseIsAnsweredWith503() throws TimeoutException {
        UUID id = service.book();
        sandbox.postgres().stop();
        try {
            assertUnavailable(service.post(FlightService.flight()));
            assertUnavailable(service.post("some-key", FlightService.flight()));
            assertUnavailable(service.get("/api/flights"));
            assertUnavailable(service.get("/api/flights/" + id));
            assertUnavailable(service.get("/api/flights/" + id + "/events"));
            assertUnavailable(service.delete("/api/flights/" + id));
        } finally {
            sandbox.postgres().start();
        }
    }

    @Test
    void every201SurvivesACrashUnderLoad() throws TimeoutException {
        List<Future<HttpResponse<Buffer>>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            answers.add(service.request(HttpMethod.POST, "/api/flights")
                    .sendBuffer(FlightService.flight().toBuffer()));
            if (i == 150) {
                answers.get(20).await(10, SECONDS);
                sandbox.postgres().crash();
            }
        }
        Future.join(answers).otherwiseEmpty().await(30, SECONDS);
        sandbox.postgres().start();

        assertThat(answers)
                .allMatch(answer ->
                        answer.result().statusCode() == 201 || answer.result().statusCode() == 503);
        for (Future<HttpResponse<Buffer>> answer : answers) {
            if (answer.result().statusCode() == 201) {
                String location = answer.result().getHeader("Location");
                assertThat(await().until(() -> service.get(location).statusCode(), status -> status != 503))
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void networkThatDropsPacketsIsAnsweredWith503AndLeftBehind() throws TimeoutException {
        service.book();
        proxy.drop();
        List<Future<HttpResponse<Buffer>>> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            answers.add(service.request(HttpMethod.POST, "/api/flights")
                    .sendBuffer(FlightService.flight().toBuffer()));
        }
        Future.all(answers).await(LONGEST_ANSWER.toSeconds(), SECONDS);
        assertThat(answers).allSatisfy(answer -> assertUnavailable(answer.result()));
        proxy.heal();
    }

    @Test
    void lockedTableIsAnsweredWith503() throws TimeoutException {
        SqlConnection locker = service.superuser().getConnection().await(5, SECONDS);
        var transaction = locker.begin().await(5, SECONDS);
        locker.query("LOCK TABLE flight.booking IN ACCESS EXCLUSIVE MODE")
                .execute()
                .await(5, SECONDS);
        List<Future<HttpResponse<Buffer>>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(service.request(HttpMethod.POST, "/api/flights")
                    .sendBuffer(FlightService.flight().toBuffer()));
        }
        try {
            Future.all(answers).await(LONGEST_ANSWER.toSeconds(), SECONDS);
        } finally {
            transaction.rollback().await(5, SECONDS);
            locker.close().await(5, SECONDS);
        }
        assertThat(answers).allSatisfy(answer -> assertUnavailable(answer.result()));
    }

    @Test
    void readOnlyDatabaseIsAnsweredWith503() throws TimeoutException {
        execute("ALTER ROLE flight_test SET default_transaction_read_only = on");
        sandbox.postgres().killBackendsNamed("outbox-flight");
        try {
            await().atMost(LONGEST_RECOVERY)
                    .untilAsserted(() ->
                            assertThat(service.get("/api/flights").statusCode()).isEqualTo(200));
            assertUnavailable(service.post(FlightService.flight()));
        } finally {
            execute("ALTER ROLE flight_test RESET default_transaction_read_only");
            sandbox.postgres().killBackendsNamed("outbox-flight");
        }
    }

    @Test
    void problemOf503TellsNothingOfTheInside() throws TimeoutException {
        execute("ALTER ROLE flight_test NOLOGIN");
        sandbox.postgres().killBackendsNamed("outbox-flight");
        try {
            HttpResponse<Buffer> answer = await().atMost(LONGEST_RECOVERY)
                    .until(() -> service.post(FlightService.flight()), found -> found.statusCode() == 503);
            assertThat(answer.bodyAsJsonObject().fieldNames())
                    .containsExactlyInAnyOrder("type", "title", "status", "detail");
            assertThat(answer.bodyAsString()).doesNotContain("flight_test");
        } finally {
            execute("ALTER ROLE flight_test LOGIN");
        }
    }

    private static void execute(String sql) throws TimeoutException {
        service.superuser().query(sql).execute().await(5, SECONDS);
    }

    private static void assertUnavailable(HttpResponse<Buffer> answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.getHeader("Retry-After")).isEqualTo("1");
        assertThat(answer.getHeader("Content-Type")).isEqualTo(Problem.MEDIA_TYPE);
    }
}
