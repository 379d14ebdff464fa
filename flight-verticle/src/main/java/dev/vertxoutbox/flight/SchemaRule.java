package dev.vertxoutbox.flight;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A schema of the contract, compiled: it says whether a decoded JSON value is allowed, as the validator of vertx-json-schema
 * does, at a small part of the cost. That one compiles each pattern for each value, and its main method is too long for
 * HotSpot to compile.
 *
 * <p>It knows the keywords that the contract uses for requests, and refuses a schema with others.
 *
 * @see <a href="https://json-schema.org/draft/2020-12/json-schema-validation">JSON Schema, validation vocabulary</a>
 */
@FunctionalInterface
interface SchemaRule {

    /** Keywords that allow and forbid nothing. What vertx-openapi adds of its own begins with two underscores. */
    Set<String> ANNOTATIONS = Set.of("description", "title", "examples", "example", "default", "x-allowed");

    boolean allows(@Nullable Object value);

    /**
     * Compiles a schema.
     *
     * @param schema without references, as in a resolved contract
     * @throws IllegalStateException for a keyword that is not known here
     */
    static SchemaRule of(JsonObject schema) {
        List<SchemaRule> rules = new ArrayList<>();
        for (String keyword : schema.fieldNames()) {
            if (!ANNOTATIONS.contains(keyword) && !keyword.startsWith("__")) {
                rules.add(rule(keyword, schema));
            }
        }
        SchemaRule[] all = rules.toArray(SchemaRule[]::new);
        return value -> {
            for (SchemaRule rule : all) {
                if (!rule.allows(value)) {
                    return false;
                }
            }
            return true;
        };
    }

    private static SchemaRule rule(String keyword, JsonObject schema) {
        return switch (keyword) {
            case "type" -> type(schema.getString(keyword));
            case "minLength" -> length(schema.getInteger(keyword), Integer.MAX_VALUE);
            case "maxLength" -> length(0, schema.getInteger(keyword));
            case "pattern" -> pattern(Pattern.compile(schema.getString(keyword)));
            case "minimum" -> {
                BigDecimal least = decimal(schema.getNumber(keyword));
                yield number(value -> value.compareTo(least) >= 0);
            }
            case "maximum" -> {
                BigDecimal most = decimal(schema.getNumber(keyword));
                yield number(value -> value.compareTo(most) <= 0);
            }
            case "multipleOf" -> {
                BigDecimal unit = decimal(schema.getNumber(keyword));
                yield number(value -> value.remainder(unit).signum() == 0);
            }
            case "required" -> required(schema.getJsonArray(keyword));
            case "properties" -> properties(schema.getJsonObject(keyword));
            case "additionalProperties" -> onlyProperties(schema);
            default -> throw new IllegalStateException("The keyword " + keyword + " of the contract is not known here");
        };
    }

    private static SchemaRule type(String name) {
        return switch (name) {
            case "object" -> JsonObject.class::isInstance;
            case "string" -> String.class::isInstance;
            case "number" -> Number.class::isInstance;
            case "integer" ->
                value -> value instanceof Integer
                        || value instanceof Long
                        || (value instanceof Number number && isWhole(number));
            default -> throw new IllegalStateException("The type " + name + " of the contract is not known here");
        };
    }

    /** In code points. */
    private static SchemaRule length(int least, int most) {
        return value -> {
            if (!(value instanceof String text)) {
                return true;
            }
            int length = text.codePointCount(0, text.length());
            return length >= least && length <= most;
        };
    }

    private static SchemaRule pattern(Pattern pattern) {
        return value -> !(value instanceof String text) || pattern.matcher(text).find();
    }

    private static SchemaRule number(Predicate<BigDecimal> rule) {
        return value -> !(value instanceof Number number) || (isFinite(number) && rule.test(decimal(number)));
    }

    private static boolean isWhole(Number number) {
        return isFinite(number) && decimal(number).stripTrailingZeros().scale() <= 0;
    }

    /** Jackson reads what is too large for a double as infinite. */
    private static boolean isFinite(Number number) {
        return Double.isFinite(number.doubleValue());
    }

    private static BigDecimal decimal(Number number) {
        return new BigDecimal(number.toString());
    }

    private static SchemaRule required(JsonArray names) {
        String[] all = names.stream().map(String::valueOf).toArray(String[]::new);
        return value -> {
            if (value instanceof JsonObject object) {
                for (String name : all) {
                    if (!object.containsKey(name)) {
                        return false;
                    }
                }
            }
            return true;
        };
    }

    private static SchemaRule properties(JsonObject schemas) {
        Map<String, SchemaRule> rules = new HashMap<>();
        schemas.fieldNames().stream()
                .filter(name -> schemas.getValue(name) instanceof JsonObject)
                .forEach(name -> rules.put(name, of(schemas.getJsonObject(name))));
        return value -> {
            if (value instanceof JsonObject object) {
                for (Map.Entry<String, Object> member : object) {
                    SchemaRule rule = rules.get(member.getKey());
                    if (rule != null && !rule.allows(member.getValue())) {
                        return false;
                    }
                }
            }
            return true;
        };
    }

    private static SchemaRule onlyProperties(JsonObject schema) {
        if (!Boolean.FALSE.equals(schema.getValue("additionalProperties"))) {
            throw new IllegalStateException("additionalProperties of the contract is known here only as false");
        }
        Set<String> names = Set.copyOf(schema.getJsonObject("properties").fieldNames());
        return value -> !(value instanceof JsonObject object) || names.containsAll(object.fieldNames());
    }
}
