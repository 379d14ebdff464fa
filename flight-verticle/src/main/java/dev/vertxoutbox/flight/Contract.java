package dev.vertxoutbox.flight;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The contract {@code flight-api.yaml}.
 *
 * @param text the file as published
 * @param openApi as the router builder takes it
 * @param scopes what a bearer token needs, by operation id
 */
record Contract(Buffer text, OpenAPIContract openApi, Map<String, Set<String>> scopes) {

    private static final String YAML = "/openapi/flight-api.yaml";
    private static final String JSON = "/openapi/flight-api.json";

    static Future<Contract> load(Vertx vertx) {
        return vertx.executeBlocking(() -> read(YAML))
                .compose(text -> vertx.executeBlocking(Contract::document).compose(document -> {
                    Map<String, Set<String>> scopes = takeScopes(document);
                    return OpenAPIContract.from(vertx, document).map(openApi -> new Contract(text, openApi, scopes));
                }));
    }

    /** The router builder would put a handler in front of all others for operations that say what they need. */
    private static Map<String, Set<String>> takeScopes(JsonObject document) {
        Map<String, Set<String>> scopes = new HashMap<>();
        for (Map.Entry<String, Object> path : document.getJsonObject("paths")) {
            for (Map.Entry<String, Object> member : (JsonObject) path.getValue()) {
                if (member.getValue() instanceof JsonObject operation
                        && operation.remove("security") instanceof JsonArray needed) {
                    scopes.put(operation.getString("operationId"), scopes(needed));
                }
            }
        }
        return scopes;
    }

    private static Set<String> scopes(JsonArray requirements) {
        return requirements.stream()
                .flatMap(requirement -> ((JsonObject) requirement).stream())
                .flatMap(scheme -> ((JsonArray) scheme.getValue()).stream())
                .map(String::valueOf)
                .collect(Collectors.toSet());
    }

    /** vertx-openapi refuses contracts with response types that it does not know; it only needs their schemas. */
    private static JsonObject document() throws IOException {
        return new JsonObject(read(JSON)
                .toString()
                .replace(quoted(Problem.MEDIA_TYPE), quoted("application/json"))
                .replace(quoted(Watchers.MEDIA_TYPE), quoted("text/plain")));
    }

    private static String quoted(String name) {
        return '"' + name + "\":";
    }

    private static Buffer read(String file) throws IOException {
        try (InputStream in = Contract.class.getResourceAsStream(file)) {
            return Buffer.buffer(Objects.requireNonNull(in, file).readAllBytes());
        }
    }
}
