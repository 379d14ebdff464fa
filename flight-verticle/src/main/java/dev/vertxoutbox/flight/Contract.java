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
import java.util.LinkedHashMap;
import java.util.List;
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

    private static final String FILE = "/openapi/flight-api.yaml";

    /** vertx-openapi refuses contracts with response types that it does not know; it only needs their schemas. */
    private static final Map<String, String> KNOWN_AS =
            Map.of(Problem.MEDIA_TYPE, "application/json", Watchers.MEDIA_TYPE, "text/plain");

    static Future<Contract> load(Vertx vertx) {
        return vertx.executeBlocking(Contract::read)
                .compose(text -> vertx.executeBlocking(() -> parse(text)).compose(json -> {
                    Map<String, Set<String>> scopes = takeScopes(json);
                    return OpenAPIContract.from(vertx, json).map(openApi -> new Contract(text, openApi, scopes));
                }));
    }

    /** The router builder would put a handler in front of all others for operations that say what they need. */
    private static Map<String, Set<String>> takeScopes(JsonObject document) {
        Map<String, Set<String>> scopes = new HashMap<>();
        for (Object path : document.getJsonObject("paths").getMap().values()) {
            for (Object member : ((JsonObject) path).getMap().values()) {
                if (member instanceof JsonObject operation
                        && operation.remove("security") instanceof JsonArray needed) {
                    scopes.put(operation.getString("operationId"), scopes(needed));
                }
            }
        }
        return scopes;
    }

    private static Set<String> scopes(JsonArray requirements) {
        return requirements.stream()
                .flatMap(requirement -> ((JsonObject) requirement).getMap().values().stream())
                .flatMap(needed -> ((JsonArray) needed).stream())
                .map(String::valueOf)
                .collect(Collectors.toSet());
    }

    private static Buffer read() throws IOException {
        try (InputStream in = Contract.class.getResourceAsStream(FILE)) {
            return Buffer.buffer(Objects.requireNonNull(in, FILE).readAllBytes());
        }
    }

    private static JsonObject parse(Buffer text) {
        return (JsonObject) json(Objects.requireNonNull(YamlDocument.read(text.toString()), FILE));
    }

    private static Object json(Object node) {
        if (node instanceof Map<?, ?> map) {
            Map<String, Object> members = new LinkedHashMap<>();
            map.forEach(
                    (key, value) -> members.put(KNOWN_AS.getOrDefault(key.toString(), key.toString()), json(value)));
            return new JsonObject(members);
        }
        return node instanceof List<?> list
                ? new JsonArray(list.stream().map(Contract::json).toList())
                : node;
    }
}
