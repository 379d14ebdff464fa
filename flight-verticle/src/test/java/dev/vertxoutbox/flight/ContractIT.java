package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vertxoutbox.outbox.Outbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.junit5.VertxExtension;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ValidatorException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class ContractIT {
    private static FlightService service;

    @BeforeAll
    static void start(Vertx vertx, TestDatabase db, TestQueues queues) throws TimeoutException {
        service = FlightService.start(vertx, db, queues);
    }

    @Test
    void everyOperationOfTheContractHasAHandler(Vertx vertx) throws TimeoutException {
        Contract contract = Contract.load(vertx).await(20, SECONDS);
        assertThat(handlers(vertx).keySet())
                .containsExactlyInAnyOrderElementsOf(contract.openApi().operations().stream()
                        .map(Operation::getOperationId)
                        .toList());
    }

    @Test
    void routerIsNotBuiltWhenAHandlerIsMissing(Vertx vertx) throws TimeoutException {
        Contract contract = Contract.load(vertx).await(20, SECONDS);
        Map<String, FlightOperations.Handler> incomplete = new HashMap<>(handlers(vertx));
        incomplete.remove("cancelFlight");
        FlightRouter router = new FlightRouter(
                vertx,
                contract,
                new Connections(vertx, new Places(1), new SimpleMeterRegistry()),
                new RequestSpans(OpenTelemetry.noop()),
                null);
        assertThatThrownBy(() -> router.build(incomplete))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cancelFlight");
    }

    private static Map<String, FlightOperations.Handler> handlers(Vertx vertx) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Database database = new Database(service.superuser());
        return new FlightOperations(
                        new Bookings(vertx, database, new Outbox(service.superuser()), meters),
                        new Watchers(vertx, database, new Places(1), meters),
                        meters)
                .byOperationId();
    }

    @Test
    void answerThatBreaksTheContractIsNoticed(Vertx vertx) throws TimeoutException {
        AnswerCheck check = AnswerCheck.load(vertx);
        String id = service.book().toString();
        HttpResponse<Buffer> list = service.get("/api/flights");
        assertThatThrownBy(() -> check.check(HttpMethod.GET, "/api/flights/" + id, list))
                .isInstanceOf(ValidatorException.class);
        HttpResponse<Buffer> found = service.get("/api/flights/" + id);
        assertThatThrownBy(() -> check.check(HttpMethod.POST, "/api/flights", found))
                .isInstanceOf(ValidatorException.class);
    }

    @Test
    void contractIsServedAsItIs() throws TimeoutException, IOException {
        HttpResponse<Buffer> answer = service.get("/openapi.yaml");
        assertThat(answer.getHeader("Content-Type")).startsWith("application/yaml");
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/openapi/flight-api.yaml"))) {
            assertThat(answer.body()).isEqualTo(Buffer.buffer(in.readAllBytes()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/swagger-ui/index.html, text/html, swagger-ui-bundle.js",
        "/swagger-ui/swagger-initializer.js, text/javascript, /openapi.yaml",
        "/swagger-ui/swagger-ui-bundle.js, text/javascript, SwaggerUIBundle",
        "/swagger-ui/swagger-ui-standalone-preset.js, text/javascript, SwaggerUIStandalonePreset",
        "/swagger-ui/swagger-ui.css, text/css, .swagger-ui",
        "/swagger-ui/index.css, text/css, body",
        "/swagger-ui/favicon-32x32.png, image/png, PNG"
    })
    void swaggerUiIsServed(String uri, String type, String content) throws TimeoutException {
        HttpResponse<Buffer> answer = service.get(uri);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.getHeader("Content-Type")).startsWith(type);
        assertThat(answer.bodyAsString()).contains(content);
    }

    @Test
    void everyFileThatThePageNamesIsServed() throws TimeoutException {
        String page = service.get("/swagger-ui/index.html").bodyAsString();
        var references = Pattern.compile("(?:src|href)=\"\\./([^\"]+)\"").matcher(page);
        List<String> found = new ArrayList<>();
        while (references.find()) {
            found.add(references.group(1));
            assertThat(service.get("/swagger-ui/" + references.group(1)).statusCode())
                    .as(references.group(1))
                    .isEqualTo(200);
        }
        assertThat(found).hasSizeGreaterThan(4);
    }

    @ParameterizedTest
    @CsvSource({"/", "/swagger-ui"})
    void rootLeadsToTheDocumentation(String uri) throws TimeoutException {
        HttpResponse<Buffer> answer = service.get(uri);
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.getHeader("Location")).isEqualTo("/swagger-ui/index.html");
    }

    @ParameterizedTest
    @CsvSource({"/swagger-ui/../openapi/flight-api.yaml", "/swagger-ui/%2e%2e%2fpom.xml", "/swagger-ui/swagger-ui.js"})
    void nothingElseOfTheClassPathIsServed(String uri) throws TimeoutException {
        assertThat(service.get(uri).statusCode()).isEqualTo(404);
    }

    @Test
    void noHeaderTellsWhatServesHere() throws TimeoutException {
        HttpResponse<Buffer> answer = service.get("/api/flights");
        assertThat(answer.getHeader("Server")).isNull();
        assertThat(answer.getHeader("X-Powered-By")).isNull();
        assertThat(answer.getHeader("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void manyIdleConnectionsDoNotKeepOthersFromBooking(Vertx vertx) throws TimeoutException {
        var client = vertx.createNetClient();
        List<Future<?>> idle = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            idle.add(client.connect(service.port(), "localhost"));
        }
        Future.all(idle).await(20, SECONDS);
        service.book();
        client.close().await(10, SECONDS);
    }
}
