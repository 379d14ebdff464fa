package dev.vertxoutbox.flight;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The contract {@code flight-api.yaml}.
 *
 * @param text the file as published
 * @param openApi as the router builder takes it
 */
record Contract(Buffer text, OpenAPIContract openApi) {

    private static final String FILE = "/openapi/flight-api.yaml";

    /** vertx-openapi refuses contracts with response types that it does not know; it only needs their schemas. */
    private static final Map<String, String> KNOWN_AS =
            Map.of(Problem.MEDIA_TYPE, "application/json", Watchers.MEDIA_TYPE, "text/plain");

    static Future<Contract> load(Vertx vertx) {
        return vertx.executeBlocking(Contract::read)
                .compose(text -> vertx.executeBlocking(() -> parse(text))
                        .compose(json -> OpenAPIContract.from(vertx, json))
                        .map(openApi -> new Contract(text, openApi)));
    }

    private static Buffer read() throws IOException {
        try (InputStream in = Contract.class.getResourceAsStream(FILE)) {
            return Buffer.buffer(Objects.requireNonNull(in, FILE).readAllBytes());
        }
    }

    private static JsonObject parse(Buffer text) {
        Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(text.toString());
        return (JsonObject) json(document);
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
