package dev.vertxoutbox.flight;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a schema of the contract allows, with the words to say so.
 *
 * <p>The verdict is that of the {@link SchemaRule}; the properties are only looked at to explain it.
 */
final class AllowedValue {

    private final SchemaRule rule;
    private final String allowed;
    private final boolean isObject;
    private final JsonArray required;
    private final Map<String, AllowedValue> properties = new LinkedHashMap<>();

    /** @param schema without references, as in a resolved contract */
    AllowedValue(JsonObject schema) {
        this.rule = SchemaRule.of(schema);
        this.allowed = schema.getString("x-allowed", "as the contract says");
        this.isObject = "object".equals(schema.getValue("type"));
        this.required = schema.getJsonArray("required", new JsonArray());
        JsonObject members = schema.getJsonObject("properties", new JsonObject());
        for (String name : members.fieldNames()) {
            if (members.getValue(name) instanceof JsonObject member) {
                properties.put(name, new AllowedValue(member));
            }
        }
    }

    /** Everything that is wrong with the value; empty if it is allowed. */
    List<Violation> violations(String pointer, @Nullable Object value) {
        if (rule.allows(value)) {
            return List.of();
        }
        List<Violation> found = new ArrayList<>();
        if (isObject && value instanceof JsonObject object) {
            explain(pointer, object, found);
        }
        return found.isEmpty() ? List.of(new Violation(pointer, "must be " + allowed)) : found;
    }

    private void explain(String pointer, JsonObject object, List<Violation> found) {
        for (Object name : required) {
            AllowedValue property = properties.get(name.toString());
            if (!object.containsKey(name.toString()) && property != null) {
                found.add(new Violation(pointer + "/" + name, "is required: " + property.allowed));
            }
        }
        for (String name : object.fieldNames()) {
            AllowedValue property = properties.get(name);
            String place = pointer + "/" + escape(name);
            if (property == null) {
                found.add(
                        new Violation(place, "is not known here; known are " + String.join(", ", properties.keySet())));
            } else {
                found.addAll(property.violations(place, object.getValue(name)));
            }
        }
    }

    /** RFC 6901; the text goes into JSON, which escapes the rest. */
    private static String escape(String name) {
        String shown = name.length() > 100 ? name.substring(0, 100) : name;
        return shown.replace("~", "~0").replace("/", "~1");
    }
}
