package dev.vertxoutbox.launcher;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import io.vertx.openapi.contract.Operation;
import java.io.IOException;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@ExtendWith(VertxExtension.class)
class ManagementVerticleTest {
    private static final String TOKEN = "let-me-in";

    private final Vertx vertx;
    private final WebClient client;
    private final Contract contract;
    private final Map<String, dev.vertxoutbox.launcher.Operation> operations = new HashMap<>();

    ManagementVerticleTest(Vertx vertx) throws TimeoutException {
        this.vertx = vertx;
        this.client = WebClient.create(vertx);
        this.contract = new Contract(vertx);
    }

    @BeforeEach
    void answerEveryOperation() {
        for (Operation operation : contract.contract().operations()) {
            operations.put(
                    operation.getOperationId(),
                    ctx -> dev.vertxoutbox.launcher.Operation.json(ctx, 200, new JsonObject()));
        }
    }

    @Test
    void operationWithoutHandlerIsReportedAndNoneIsServed() throws TimeoutException {
        operations.remove("pauseRelay");
        ManagementVerticle verticle = verticle(null);
        vertx.deployVerticle(verticle).await(10, TimeUnit.SECONDS);

        assertThatThrownBy(() -> verticle.load().await(10, TimeUnit.SECONDS)).hasMessageContaining("pauseRelay");
        assertThat(call(verticle.actualPort(), HttpMethod.GET, "/relay", null).statusCode())
                .isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready", "/metrics"})
    void probesAreAnsweredWithoutTheContract(String path) throws TimeoutException {
        operations.remove("pauseRelay"); // so that the contract cannot be served

        assertThat(call(serve(null), HttpMethod.GET, path, null).statusCode()).isEqualTo(200);
    }

    @Test
    void callsThatComeBeforeTheContractIsLoadedWaitForIt() throws TimeoutException {
        operations.put(
                "bookFromConsole",
                ctx -> ctx.response().setStatusCode(201).end(ctx.body().buffer()));
        int port = serve(null);
        JsonArray flights = new JsonArray().add(new JsonObject().put("departureAirport", "Paris"));

        Future<HttpResponse<Buffer>> first = client.post(port, "localhost", "/console/bookings")
                .putHeader("Content-Type", "application/json")
                .sendBuffer(flights.toBuffer());
        Future<HttpResponse<Buffer>> second =
                client.get(port, "localhost", "/relay").send();

        assertThat(first.await(10, TimeUnit.SECONDS).bodyAsJsonArray()).isEqualTo(flights);
        assertThat(second.await(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void changingCallNeedsTheToken() throws TimeoutException {
        int port = serve(TOKEN);

        HttpResponse<Buffer> none = call(port, HttpMethod.POST, "/relay/pause", null);
        HttpResponse<Buffer> wrong = call(port, HttpMethod.POST, "/relay/pause", "Bearer let-me-im");
        HttpResponse<Buffer> right = call(port, HttpMethod.POST, "/relay/pause", "Bearer " + TOKEN);

        contract.check("pauseRelay", none);
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.getHeader("WWW-Authenticate")).startsWith("Bearer");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(right.statusCode()).isEqualTo(200);
    }

    @Test
    void routesAddedBesideTheContractNeedTheTokenToo() throws TimeoutException {
        int port = serve(TOKEN);

        assertThat(call(port, HttpMethod.POST, "/more", null).statusCode()).isEqualTo(401);
        assertThat(call(port, HttpMethod.POST, "/more", "Bearer " + TOKEN).statusCode())
                .isEqualTo(204);
    }

    @Test
    void readingNeedsNoToken() throws TimeoutException {
        assertThat(call(serve(TOKEN), HttpMethod.GET, "/relay", null).statusCode())
                .isEqualTo(200);
    }

    @Test
    void withoutTokenLoopbackMayChange() throws TimeoutException {
        assertThat(call(serve(null), HttpMethod.POST, "/relay/pause", null).statusCode())
                .isEqualTo(200);
    }

    @Test
    void wrongParameterIsNamed() throws TimeoutException {
        HttpResponse<Buffer> answer = call(serve(null), HttpMethod.GET, "/outbox/events?limit=1001", null);

        contract.check("listOutboxEvents", answer);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.bodyAsJsonObject().getString("detail")).contains("limit");
    }

    @Test
    void unknownPathAndMethodAreProblems() throws TimeoutException {
        int port = serve(null);

        HttpResponse<Buffer> path = call(port, HttpMethod.GET, "/nothing", null);
        HttpResponse<Buffer> method = call(port, HttpMethod.POST, "/health/live", null);

        assertThat(path.statusCode()).isEqualTo(404);
        assertThat(path.getHeader("Content-Type")).isEqualTo("application/problem+json");
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(method.getHeader("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void failureThatNobodyExpectedTellsNothingOfTheInside() throws TimeoutException {
        operations.put("relayStatus", ctx -> {
            throw new IllegalStateException("inner secret");
        });

        HttpResponse<Buffer> answer = call(serve(null), HttpMethod.GET, "/relay", null);

        contract.check("relayStatus", answer);
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.bodyAsString()).doesNotContain("secret");
    }

    @Test
    void clientThatGoesAwayWithinItsBodyIsNoErrorOfTheServer() throws TimeoutException, IOException {
        int port = serve(null);
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        root.addAppender(lines);
        try (Socket client = new Socket("localhost", port)) {
            client.setSoTimeout(5_000);
            client.getOutputStream()
                    .write("POST /relay/pause HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{"
                            .getBytes(US_ASCII));
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).as("the end").isEqualTo(-1);
            // On the same event loop, so what the end has led to is over.
            call(port, HttpMethod.GET, "/relay", null);
        } finally {
            root.detachAppender(lines);
        }
        assertThat(lines.list)
                .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
    }

    private int serve(@Nullable String token) throws TimeoutException {
        ManagementVerticle verticle = verticle(token);
        vertx.deployVerticle(verticle).await(10, TimeUnit.SECONDS);
        return verticle.actualPort();
    }

    private ManagementVerticle verticle(@Nullable String token) {
        return new ManagementVerticle(
                new ManagementSettings(0, token),
                operations,
                router -> router.post("/more")
                        .handler(ctx -> ctx.response().setStatusCode(204).end()));
    }

    private HttpResponse<Buffer> call(int port, HttpMethod method, String uri, @Nullable String authorization)
            throws TimeoutException {
        var request = client.request(method, port, "localhost", uri);
        if (authorization != null) {
            request.putHeader("Authorization", authorization);
        }
        return request.send().await(5, TimeUnit.SECONDS);
    }
}
