package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/**
 * Walks every operation of the contract on a process with all roles. Parameters come from the contract's own examples, so
 * that an operation that is added is walked as well.
 */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class ManagementContractIT {
    private static final String TOKEN = "let-me-in";
    private static final String RIGHT = "Bearer " + TOKEN;

    private final Sandbox sandbox;
    private final TestDatabase database;
    private final TestQueues queues;
    private final WebClient client;
    private final Contract contract;
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    private @Nullable Application application;

    ManagementContractIT(Vertx vertx, Sandbox sandbox, TestDatabase database, TestQueues queues)
            throws TimeoutException {
        this.sandbox = sandbox;
        this.database = database;
        this.queues = queues;
        this.client = WebClient.create(vertx);
        this.contract = new Contract(vertx);
        System.setProperty("aws.accessKeyId", "x");
        System.setProperty("aws.secretAccessKey", "x");
    }

    @BeforeEach
    void start() throws TimeoutException {
        Map<String, String> environment = new HashMap<>(database.environment());
        environment.putAll(queues.environment());
        environment.putAll(Map.of("HTTP_PORT", "0", "MANAGEMENT_PORT", "0", "CONSUMER_WAIT_SECONDS", "1"));
        environment.put("MANAGEMENT_TOKEN", TOKEN);
        application = Application.of(environment, EnumSet.complementOf(EnumSet.of(Role.MIGRATE)), router -> {});
        running().start().await(30, TimeUnit.SECONDS);
        lines.start();
        root.addAppender(lines);
    }

    @AfterEach
    void stop() throws TimeoutException {
        root.detachAppender(lines);
        running().stop().await(30, TimeUnit.SECONDS);
    }

    @Test
    void everyOperationAnswersItsExampleAsTheContractSays() throws TimeoutException {
        for (Operation operation : operations()) {
            HttpResponse<Buffer> answer = call(operation, Map.of(), RIGHT);

            contract.check(operation.getOperationId(), answer);
            assertThat(answer.statusCode()).as(operation.getOperationId()).isLessThan(500);
        }
    }

    @Test
    void everyWrongParameterIsRefusedAndNamed() throws TimeoutException {
        int wrong = 0;
        for (Operation operation : operations()) {
            for (Parameter parameter : operation.getParameters()) {
                String value = wrongValue(parameter);
                if (value != null) {
                    HttpResponse<Buffer> answer = call(operation, Map.of(parameter.getName(), value), RIGHT);

                    contract.check(operation.getOperationId(), answer);
                    JsonObject problem = answer.bodyAsJsonObject();
                    assertThat(problem.getInteger("status")).isEqualTo(400);
                    assertThat(problem.getJsonArray("errors").getJsonObject(0).getString("pointer"))
                            .isEqualTo(parameter.getIn() + "/" + parameter.getName());
                    wrong++;
                }
            }
        }
        assertThat(wrong).isGreaterThan(8);
    }

    @Test
    void everyChangingCallNeedsTheTokenAndNoReadingDoes() throws TimeoutException {
        for (Operation operation : operations()) {
            for (String authorization : new String[] {null, "Bearer let-me-im", "Basic " + TOKEN}) {
                HttpResponse<Buffer> answer = call(operation, Map.of(), authorization);

                contract.check(operation.getOperationId(), answer);
                assertThat(answer.statusCode() == 401)
                        .as("%s with %s", operation.getOperationId(), authorization)
                        .isEqualTo(isChanging(operation));
            }
        }
    }

    @Test
    void everyChangingCallIsOneLineOfTheLogWithoutTheToken() throws TimeoutException {
        List<String> expected = new ArrayList<>();
        for (Operation operation : operations()) {
            for (String authorization : new String[] {null, "Bearer " + TOKEN + "x", RIGHT}) {
                HttpResponse<Buffer> answer = call(operation, Map.of(), authorization);
                if (isChanging(operation)) {
                    expected.add("%s %s from 127.0.0.1: %d"
                            .formatted(operation.getHttpMethod(), uri(operation, Map.of()), answer.statusCode()));
                }
            }
        }

        assertThat(expected).hasSizeGreaterThan(15);
        awaitAudit(expected);
        assertThatNoLineHasTheToken();
    }

    @Test
    void callThatIsServedNowhereIsLoggedAndATokenInItsAddressIsNot() throws TimeoutException {
        client.post(running().managementPort(), "127.0.0.1", "/nothing?token=" + TOKEN)
                .putHeader("Authorization", RIGHT)
                .send()
                .await(10, TimeUnit.SECONDS);

        awaitAudit(List.of("POST /nothing?token=*** from 127.0.0.1: 404"));
        assertThatNoLineHasTheToken();
    }

    @Test
    void withoutDatabaseEveryOperationAnswersAsTheContractSays() throws TimeoutException {
        sandbox.postgres().stop();
        try {
            for (Operation operation : operations()) {
                HttpResponse<Buffer> answer = call(operation, Map.of(), RIGHT);

                contract.check(operation.getOperationId(), answer);
                assertThat(answer.statusCode()).as(operation.getOperationId()).isNotEqualTo(500);
            }
        } finally {
            sandbox.postgres().start();
        }
    }

    /** A line is written when the answer is, which may be a moment after it has arrived. */
    private void awaitAudit(List<String> expected) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(audit()).containsExactlyInAnyOrderElementsOf(expected));
    }

    private List<String> audit() {
        return List.copyOf(lines.list).stream()
                .filter(line -> line.getMessage().equals("Management call"))
                .map(ManagementContractIT::keyValues)
                .map(line -> "%s %s from %s: %s"
                        .formatted(line.get("method"), line.get("uri"), line.get("from"), line.get("status")))
                .toList();
    }

    private void assertThatNoLineHasTheToken() {
        assertThat(List.copyOf(lines.list))
                .allSatisfy(line ->
                        assertThat(line.getFormattedMessage() + keyValues(line)).doesNotContain(TOKEN));
    }

    private static Map<String, String> keyValues(ILoggingEvent line) {
        Map<String, String> values = new HashMap<>();
        if (line.getKeyValuePairs() != null) {
            line.getKeyValuePairs().forEach(pair -> values.put(pair.key, String.valueOf(pair.value)));
        }
        return values;
    }

    /** But the stream, which has no end; see ConsoleIT. */
    private List<Operation> operations() {
        return contract.contract().operations().stream()
                .filter(operation -> !"consoleStream".equals(operation.getOperationId()))
                .toList();
    }

    private static boolean isChanging(Operation operation) {
        return !operation.getHttpMethod().equals(HttpMethod.GET);
    }

    private HttpResponse<Buffer> call(Operation operation, Map<String, String> values, @Nullable String authorization)
            throws TimeoutException {
        HttpRequest<Buffer> request = client.request(
                operation.getHttpMethod(), running().managementPort(), "127.0.0.1", uri(operation, values));
        if (authorization != null) {
            request.putHeader("Authorization", authorization);
        }
        return request.send().await(15, TimeUnit.SECONDS);
    }

    /** The operation's path with the examples of its parameters, but for these values. */
    private String uri(Operation operation, Map<String, String> values) {
        String path = operation.getAbsoluteOpenAPIPath();
        StringBuilder query = new StringBuilder();
        for (Parameter parameter : operation.getParameters()) {
            String name = parameter.getName();
            String value = values.getOrDefault(name, example(parameter));
            if (parameter.getIn() == Location.PATH) {
                path = path.replace("{" + name + "}", value);
            } else if (values.containsKey(name) || parameter.isRequired()) {
                query.append(query.isEmpty() ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(value);
            }
        }
        return path + query;
    }

    private String example(Parameter parameter) {
        String own = parameter.getOpenAPIModel().getValue("example").toString();
        return parameter.getName().equals("name") ? queues.flightUrl().replaceFirst(".*/", "") : own;
    }

    /** One that the parameter's schema does not allow; null if it allows everything. */
    private static @Nullable String wrongValue(Parameter parameter) {
        JsonObject schema = parameter.getOpenAPIModel().getJsonObject("schema");
        if ("integer".equals(schema.getString("type"))) {
            return "0";
        }
        return schema.containsKey("enum") || schema.containsKey("pattern") ? "!" : null;
    }

    private Application running() {
        return Objects.requireNonNull(application);
    }
}
