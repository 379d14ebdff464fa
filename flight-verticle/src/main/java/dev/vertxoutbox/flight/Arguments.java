package dev.vertxoutbox.flight;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an operation was called with, as the contract allows it.
 *
 * @param parameters by name; strings and whole numbers
 * @param body the JSON body, or null for an operation without one
 */
record Arguments(Map<String, Object> parameters, @Nullable JsonObject body) {

    UUID id() {
        return UUID.fromString(Objects.requireNonNull(text("id")));
    }

    JsonObject requiredBody() {
        return Objects.requireNonNull(body);
    }

    @Nullable
    String text(String name) {
        return (String) parameters.get(name);
    }

    int number(String name, int otherwise) {
        return parameters.get(name) instanceof Number number ? number.intValue() : otherwise;
    }
}
