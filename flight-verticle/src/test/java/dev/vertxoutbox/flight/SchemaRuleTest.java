package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.Validator;
import io.vertx.junit5.VertxExtension;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verdict is that of vertx-json-schema, for each schema that the contract has for requests. */
@ExtendWith(VertxExtension.class)
class SchemaRuleTest {
    private static final int VALUES = 3_000;

    private static final List<Object> INTERESTING = List.of(
            "",
            " ",
            "Paris CDG",
            "\u00a0",
            "a\u0000b",
            "\uD83D\uDE80",
            "\uD83D",
            "x\uFFFFy",
            "a\u2028b",
            "é".repeat(100),
            "\uD83D\uDE80".repeat(100),
            "y".repeat(101),
            "EUR",
            "eur",
            "EURO",
            "2027-03-01T09:30:00+01:00",
            "2027-03-01t09:30",
            "2027-13-01T09:30:00Z",
            "1899-03-01T09:30:00Z",
            "2027-03-01T09:30:00.123456789Z",
            "2027-03-01",
            "019b0a2e-6c00-7d3a-8f21-5b6c7d8e9f01",
            "019b0a2e6c007d3a8f215b6c7d8e9f01",
            "AZsKLmwAfTqPIVtsfY6fAQ",
            0,
            -1,
            1,
            100,
            101,
            1_000_000,
            1_000_001,
            2_147_483_647L,
            2_147_483_648L,
            0.0,
            1.0,
            0.01,
            129.9,
            -0.01,
            1.5,
            1e6,
            1e300,
            Double.POSITIVE_INFINITY,
            true,
            false,
            new JsonArray(),
            new JsonArray().add(1),
            new JsonObject());

    private static OpenAPIContract contract;

    /** A schema, and the library's validator of it. */
    private record Schema(String name, JsonObject json, Validator validator) {}

    @BeforeAll
    static void load(Vertx vertx) throws TimeoutException {
        contract = Contract.load(vertx).await(20, SECONDS).openApi();
    }

    private static List<Schema> schemas() {
        Map<String, JsonObject> found = new HashMap<>();
        for (Operation operation : contract.operations()) {
            for (Parameter parameter : operation.getParameters()) {
                found.put(parameter.getName(), parameter.getOpenAPIModel().getJsonObject("schema"));
            }
            if (operation.getRequestBody() != null) {
                JsonObject body = Objects.requireNonNull(
                                operation.getRequestBody().getContent().get("application/json"))
                        .getOpenAPIModel()
                        .getJsonObject("schema");
                found.put("body", body);
                body.getJsonObject("properties").fieldNames().stream()
                        .filter(name -> body.getJsonObject("properties").getValue(name) instanceof JsonObject)
                        .forEach(name ->
                                found.put(name, body.getJsonObject("properties").getJsonObject(name)));
            }
        }
        List<Schema> schemas = new ArrayList<>();
        found.forEach((name, json) -> schemas.add(
                new Schema(name, json, contract.getSchemaRepository().validator(JsonSchema.of(json)))));
        return schemas;
    }

    @Test
    void interestingValuesAreJudgedAsTheLibraryDoes() {
        assertThat(schemas()).hasSizeGreaterThan(9).allSatisfy(schema -> {
            SchemaRule rule = SchemaRule.of(schema.json());
            INTERESTING.forEach(value -> assertAgreement(schema, rule, value));
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void flightsWithAnythingInThemAreJudgedAsTheLibraryDoes(long seed) {
        Random random = new Random(seed);
        Schema body = schemas().stream()
                .filter(schema -> schema.name().equals("body"))
                .findFirst()
                .orElseThrow();
        SchemaRule rule = SchemaRule.of(body.json());
        int allowed = 0;
        for (int i = 0; i < VALUES; i++) {
            JsonObject flight = FlightService.flight();
            for (int changes = random.nextInt(3); changes > 0; changes--) {
                change(flight, random);
            }
            // As a body is decoded.
            Object decoded = flight.toString().contains("Infinity") ? flight : Json.decodeValue(flight.encode());
            allowed += assertAgreement(body, rule, decoded) ? 1 : 0;
        }
        assertThat(allowed).isBetween(VALUES / 10, VALUES * 9 / 10);
    }

    private static void change(JsonObject flight, Random random) {
        JsonObject fare = flight.getValue("fare") instanceof JsonObject object ? object : flight;
        JsonObject target = random.nextInt(3) == 0 ? fare : flight;
        List<String> names = new ArrayList<>(target.fieldNames());
        String name = names.isEmpty() || random.nextInt(8) == 0 ? "seat" : names.get(random.nextInt(names.size()));
        switch (random.nextInt(4)) {
            case 0 -> target.remove(name);
            case 1 -> target.putNull(name);
            default -> target.put(name, finite(INTERESTING.get(random.nextInt(INTERESTING.size()))));
        }
    }

    private static Object finite(Object value) {
        return value.equals(Double.POSITIVE_INFINITY) ? 7 : value;
    }

    private static boolean assertAgreement(Schema schema, SchemaRule rule, @Nullable Object value) {
        boolean expected = schema.validator().validate(value).getValid();
        assertThat(rule.allows(value)).as(() -> schema.name() + ": " + value).isEqualTo(expected);
        return expected;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"anyOf\": []}",
                "{\"type\": \"array\"}",
                "{\"additionalProperties\": true, \"properties\": {}}",
                "{\"properties\": {\"a\": {\"enum\": [1]}}}"
            })
    void schemaWithWhatIsNotKnownHereIsRefused(String schema) {
        JsonObject json = new JsonObject(schema);
        assertThatThrownBy(() -> SchemaRule.of(json)).isInstanceOf(IllegalStateException.class);
    }
}
