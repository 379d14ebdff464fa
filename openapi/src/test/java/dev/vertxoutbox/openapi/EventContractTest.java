package dev.vertxoutbox.openapi;

import static dev.vertxoutbox.openapi.ContractFile.map;
import static dev.vertxoutbox.openapi.ContractFile.required;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventContractTest {
    private static final List<String> TYPES =
            List.of("flight.booked", "flight.cancelled", "payment.authorized", "payment.declined", "payment.refunded");
    private static final ContractFile ASYNC = ContractFile.read("asyncapi.yaml");
    private static final SchemaRepository SCHEMAS = SchemaRepository.create(new JsonSchemaOptions()
                    .setDraft(Draft.DRAFT202012)
                    .setBaseUri("app://events/")
                    .setOutputFormat(OutputFormat.Basic))
            .dereference(
                    "cloudevent.json",
                    JsonSchema.of(ContractFile.read("events/cloudevent.json").json()));

    @Test
    void everyReferenceResolves() {
        List<String> references = ASYNC.nodes(node -> node.containsKey("$ref")).stream()
                .map(node -> String.valueOf(node.get("$ref")))
                .toList();
        assertThat(references).hasSizeGreaterThan(20).allSatisfy(reference -> {
            if (reference.startsWith("#/")) {
                ASYNC.at(reference);
            } else {
                assertThat(ContractFile.read(reference.substring(2)).root()).containsKey("$schema");
            }
        });
    }

    @Test
    void everyTypeHasAMessageWithAnExampleThatIsValid() {
        assertThat(messages())
                .extracting(message -> message.get("name"))
                .containsExactlyElementsOf(List.<Object>copyOf(TYPES));
        messages().forEach(message -> {
            String type = String.valueOf(message.get("name"));
            assertThat(schemaFile(message)).isEqualTo("./events/" + type + ".json");
            assertThat(example(message).getString("type")).isEqualTo(type);
            assertThat(validate(type, example(message)).getErrors()).isNull();
            assertThat(validate("cloudevent", example(message)).getErrors()).isNull();
        });
    }

    @Test
    void everyMessageIsSentAndReceived() {
        List<Object> operations =
                List.copyOf(map(required(ASYNC.root(), "operations")).values());
        for (String action : List.of("send", "receive")) {
            long messages = operations.stream()
                    .map(ContractFile::map)
                    .filter(operation -> action.equals(operation.get("action")))
                    .flatMap(operation -> ((List<?>) required(operation, "messages")).stream())
                    .distinct()
                    .count();
            assertThat(messages).as(action).isEqualTo(TYPES.size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "source", "type", "subject", "time", "datacontenttype", "sequence", "data"})
    void anEventWithoutAnAttributeIsInvalid(String attribute) {
        messages().forEach(message -> {
            JsonObject event = example(message);
            event.remove(attribute);
            assertThat(validate(String.valueOf(message.get("name")), event).getValid())
                    .isFalse();
        });
    }

    @Test
    void anEventOfAnotherTypeIsInvalid() {
        messages()
                .forEach(message -> TYPES.stream()
                        .filter(type -> !type.equals(message.get("name")))
                        .forEach(type -> assertThat(
                                        validate(type, example(message)).getValid())
                                .as(type)
                                .isFalse()));
    }

    private static OutputUnit validate(String schema, JsonObject event) {
        JsonObject json = ContractFile.read("events/" + schema + ".json").json();
        return SCHEMAS.validator(
                        JsonSchema.of(json),
                        new JsonSchemaOptions()
                                .setDraft(Draft.DRAFT202012)
                                .setBaseUri("app://events/")
                                .setOutputFormat(OutputFormat.Basic),
                        true)
                .validate(event);
    }

    private static List<Map<String, Object>> messages() {
        return map(ASYNC.at("#/components/messages")).values().stream()
                .map(ContractFile::map)
                .toList();
    }

    private static String schemaFile(Map<String, Object> message) {
        Object schema = required(map(required(message, "payload")), "schema");
        return String.valueOf(map(schema).get("$ref"));
    }

    private static JsonObject example(Map<String, Object> message) {
        JsonArray examples = new JsonArray((List<?>) required(message, "examples"));
        return examples.getJsonObject(0).getJsonObject("payload").copy();
    }
}
