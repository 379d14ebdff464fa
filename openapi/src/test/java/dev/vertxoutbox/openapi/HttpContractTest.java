package dev.vertxoutbox.openapi;

import static dev.vertxoutbox.openapi.ContractFile.map;
import static dev.vertxoutbox.openapi.ContractFile.required;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpContractTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Set<String> HEALTH = Set.of("live", "ready");

    @AfterAll
    static void close() throws TimeoutException {
        VERTX.close().await(5, SECONDS);
    }

    @Test
    void flightApiHasItsOperations() throws TimeoutException {
        assertThat(ContractFile.read("flight-api.yaml").parse(VERTX).operations())
                .extracting(Operation::getOperationId)
                .containsExactlyInAnyOrder("bookFlight", "listFlights", "getFlight", "cancelFlight", "watchFlight");
    }

    @Test
    void managementApiHasItsOperations() throws TimeoutException {
        assertThat(ContractFile.read("management-api.yaml").parse(VERTX).operations())
                .extracting(Operation::getOperationId)
                .containsExactlyInAnyOrder(
                        "live",
                        "ready",
                        "metrics",
                        "listOutboxEvents",
                        "retryParkedEvent",
                        "discardParkedEvent",
                        "replayArchivedEvents",
                        "relayStatus",
                        "pauseRelay",
                        "resumeRelay",
                        "listDeadLetters",
                        "redriveDeadLetters",
                        "console",
                        "consoleFile",
                        "consoleStream",
                        "bookFromConsole");
    }

    @Test
    void everyChangingManagementCallNeedsTheTokenAndNoReadingDoes() throws TimeoutException {
        for (Operation operation :
                ContractFile.read("management-api.yaml").parse(VERTX).operations()) {
            assertThat(operation.getSecurityRequirements().isEmpty())
                    .as(operation.getOperationId())
                    .isEqualTo(operation.getHttpMethod().name().equals("GET"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flight-api", "management-api"})
    void jsonSaysTheSame(String name) {
        assertThat(ContractFile.read(name + ".json").json())
                .isEqualTo(ContractFile.read(name + ".yaml").json());
    }

    @ParameterizedTest
    @ValueSource(strings = {"flight-api.yaml", "management-api.yaml"})
    void everyErrorIsAProblemDocument(String name) {
        ContractFile file = ContractFile.read(name);
        file.operations().forEach((id, operation) -> {
            Map<String, Object> responses = map(required(operation, "responses"));
            responses.keySet().removeIf(status -> status.compareTo("400") < 0 || HEALTH.contains(id));
            responses.forEach(
                    (status, response) -> assertThat(file.follow(response).get("content"))
                            .as(id + " " + status)
                            .asInstanceOf(InstanceOfAssertFactories.MAP)
                            .containsOnlyKeys("application/problem+json"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"flight-api.yaml", "management-api.yaml"})
    void everyOperationIsDescribedAndEveryContentHasAnExample(String name) {
        ContractFile file = ContractFile.read(name);
        assertThat(file.operations())
                .allSatisfy((id, operation) -> assertThat(operation).containsKeys("summary", "description", "tags"));
        assertThat(contents(file))
                .hasSizeGreaterThan(10)
                .allSatisfy(content -> assertThat(content).containsKey("examples"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"flight-api.yaml", "management-api.yaml"})
    void everyExampleIsValid(String name) throws TimeoutException {
        OpenAPIContract contract = ContractFile.read(name).parse(VERTX);
        JsonObject resolved = new JsonObject(contract.getRawContract().encode());
        ContractFile file = new ContractFile(name, resolved.getMap());
        contents(file)
                .forEach(content -> map(required(content, "examples"))
                        .forEach((title, example) -> assertValid(contract, content, required(map(example), "value"))));
        List<Map<String, Object>> single =
                file.nodes(node -> node.containsKey("schema") && node.containsKey("example"));
        assertThat(single).isNotEmpty();
        single.forEach(node -> assertValid(contract, node, required(node, "example")));
    }

    private static List<Map<String, Object>> contents(ContractFile file) {
        return file.nodes(node -> node.get("content") instanceof Map<?, ?>).stream()
                .flatMap(node -> map(required(node, "content")).values().stream())
                .map(ContractFile::map)
                .toList();
    }

    private static void assertValid(OpenAPIContract contract, Map<String, Object> holder, Object value) {
        JsonObject schema = new JsonObject(map(required(holder, "schema")));
        Object instance = value instanceof Map<?, ?> ? new JsonObject(map(value)) : value;
        var result =
                contract.getSchemaRepository().validator(JsonSchema.of(schema)).validate(instance);
        assertThat(result.getValid()).as(() -> value + " " + result.getErrors()).isTrue();
    }
}
