package dev.vertxoutbox.flight;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.SchemaRepository;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The JSON Schemas of the module {@code openapi}. */
final class EventSchemas {
    private static final JsonSchemaOptions OPTIONS = new JsonSchemaOptions()
            .setDraft(Draft.DRAFT202012)
            .setBaseUri("app://events/")
            .setOutputFormat(OutputFormat.Basic);
    private static final SchemaRepository SCHEMAS =
            SchemaRepository.create(OPTIONS).dereference("cloudevent.json", read("cloudevent"));

    private EventSchemas() {}

    /** Puts a row of the outbox into the envelope as the relay does, and checks it. */
    static void assertValid(JsonObject row) {
        JsonObject event = new JsonObject()
                .put("specversion", "1.0")
                .put("datacontenttype", "application/json")
                .put("sequence", String.valueOf(row.getLong("sequence")));
        for (String attribute : new String[] {"id", "source", "type", "subject", "time", "traceparent", "data"}) {
            if (row.getValue(attribute) != null) {
                event.put(attribute, row.getValue(attribute));
            }
        }
        var result =
                SCHEMAS.validator(read(row.getString("type")), OPTIONS, true).validate(event);
        assertThat(result.getErrors()).as(event.encode()).isNull();
    }

    private static JsonSchema read(String name) {
        String file = "/openapi/events/" + name + ".json";
        try (InputStream in = Objects.requireNonNull(EventSchemas.class.getResourceAsStream(file), file)) {
            return JsonSchema.of(new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
