package dev.vertxoutbox.payment;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The event schemas of the contract. */
final class EventContract {
    private static final JsonSchemaOptions OPTIONS = new JsonSchemaOptions()
            .setDraft(Draft.DRAFT202012)
            .setBaseUri("app://events/")
            .setOutputFormat(OutputFormat.Basic);
    private static final SchemaRepository SCHEMAS =
            SchemaRepository.create(OPTIONS).dereference("cloudevent.json", schema("cloudevent"));

    private EventContract() {}

    /** Whether an event is as its type's schema says. */
    static OutputUnit validate(JsonObject event) {
        return SCHEMAS.validator(schema(event.getString("type")), OPTIONS, true).validate(event);
    }

    private static JsonSchema schema(String name) {
        String path = "/openapi/events/" + name + ".json";
        try (InputStream in = Objects.requireNonNull(EventContract.class.getResourceAsStream(path), path)) {
            return JsonSchema.of(new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
