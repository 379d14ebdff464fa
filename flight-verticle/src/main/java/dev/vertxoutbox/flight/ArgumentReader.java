package dev.vertxoutbox.flight;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.json.schema.common.dsl.SchemaType;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.OpenAPIObject;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and checks the arguments of one operation, by the contract alone. */
final class ArgumentReader {

    private final Map<Parameter, AllowedValue> parameters = new LinkedHashMap<>();
    private final @Nullable AllowedValue body;

    ArgumentReader(Operation operation) {
        for (Parameter parameter : operation.getParameters()) {
            parameters.put(parameter, new AllowedValue(schema(parameter)));
        }
        MediaType json = operation.getRequestBody() == null
                ? null
                : operation.getRequestBody().getContent().get("application/json");
        this.body = json == null ? null : new AllowedValue(schema(json));
    }

    private static JsonObject schema(OpenAPIObject holder) {
        return holder.getOpenAPIModel().getJsonObject("schema");
    }

    /**
     * Reads the arguments.
     *
     * @throws Refusal.Invalid with all that the contract does not allow
     */
    Arguments read(RoutingContext ctx) {
        List<Violation> violations = new ArrayList<>();
        Map<String, Object> values = new HashMap<>();
        parameters.forEach((parameter, allowed) -> {
            List<String> given = given(ctx, parameter);
            String place = parameter.getIn().name().toLowerCase(Locale.ROOT) + "/" + parameter.getName();
            if (given.size() > 1) {
                violations.add(new Violation(place, "must be given once only"));
            } else if (given.size() == 1) {
                Object value = typed(parameter, given.get(0));
                violations.addAll(allowed.violations(place, value));
                values.put(parameter.getName(), value);
            } else if (parameter.isRequired()) {
                violations.add(new Violation(place, "is required"));
            }
        });
        Object json = body == null ? null : decode(ctx);
        if (body != null) {
            violations.addAll(body.violations("#", json));
        }
        if (!violations.isEmpty()) {
            throw new Refusal.Invalid(violations);
        }
        return new Arguments(values, (JsonObject) json);
    }

    private static List<String> given(RoutingContext ctx, Parameter parameter) {
        return switch (parameter.getIn()) {
            case PATH -> List.of(ctx.pathParam(parameter.getName()));
            case QUERY -> ctx.queryParam(parameter.getName());
            case HEADER -> ctx.request().headers().getAll(parameter.getName());
            case COOKIE -> throw new IllegalStateException("The contract has no cookies");
        };
    }

    /** A number where the contract wants one and the text is one; else the text, which will not be allowed. */
    private static Object typed(Parameter parameter, String text) {
        if (parameter.getSchemaType() != SchemaType.INTEGER) {
            return text;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return text;
        }
    }

    private static @Nullable Object decode(RoutingContext ctx) {
        if (ctx.body().buffer() == null || ctx.body().buffer().length() == 0) {
            throw new Refusal.Invalid(List.of(new Violation("#", "a body is required")));
        }
        try {
            return Json.decodeValue(ctx.body().buffer());
        } catch (DecodeException e) {
            throw new Refusal.Invalid(List.of(new Violation("#", "the body is not JSON")));
        }
    }
}
