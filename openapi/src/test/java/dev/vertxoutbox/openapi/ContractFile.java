package dev.vertxoutbox.openapi;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A file of this module, read from the classpath (YAML being a superset of JSON). */
record ContractFile(String name, Map<String, Object> root) {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    static ContractFile read(String name) {
        try (InputStream in =
                Objects.requireNonNull(ContractFile.class.getResourceAsStream("/openapi/" + name), name)) {
            return new ContractFile(name, map(new Yaml(new SafeConstructor(new LoaderOptions())).load(in)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As vertx-openapi sees it; it refuses media types that it does not know, so they are renamed in memory. */
    OpenAPIContract parse(Vertx vertx) throws TimeoutException {
        JsonObject known = new JsonObject(json().encode()
                .replace("\"application/problem+json\":", "\"application/json\":")
                .replaceAll("\"text/(event-stream|html|css)\":", "\"text/plain\":"));
        return OpenAPIContract.from(vertx, known).await(20, SECONDS);
    }

    JsonObject json() {
        return new JsonObject(root);
    }

    /** Every operation of an OpenAPI file by its id. */
    Map<String, Map<String, Object>> operations() {
        Map<String, Map<String, Object>> found = new LinkedHashMap<>();
        map(required(root, "paths"))
                .values()
                .forEach(path -> map(path).forEach((method, operation) -> {
                    if (METHODS.contains(method)) {
                        found.put(String.valueOf(map(operation).get("operationId")), map(operation));
                    }
                }));
        return found;
    }

    /** The object that a local reference such as {@code #/components/schemas/Booking} names. */
    Object at(String reference) {
        Object node = root;
        for (String key : reference.substring(2).split("/", -1)) {
            node = Objects.requireNonNull(map(node).get(key), () -> name + " has no " + reference);
        }
        return node;
    }

    /** The node itself, or what its {@code $ref} names. */
    Map<String, Object> follow(Object node) {
        Object reference = map(node).get("$ref");
        return reference == null ? map(node) : map(at(reference.toString()));
    }

    /** Every object in the file that satisfies the condition, at any depth. */
    List<Map<String, Object>> nodes(Predicate<Map<String, Object>> condition) {
        List<Map<String, Object>> found = new ArrayList<>();
        collect(root, condition, found);
        return found;
    }

    private static void collect(
            Object node, Predicate<Map<String, Object>> condition, List<Map<String, Object>> found) {
        if (node instanceof Map<?, ?>) {
            if (condition.test(map(node))) {
                found.add(map(node));
            }
            map(node).values().forEach(child -> collect(child, condition, found));
        } else if (node instanceof List<?> list) {
            list.forEach(child -> collect(child, condition, found));
        }
    }

    static Object required(Map<String, Object> node, String key) {
        return Objects.requireNonNull(node.get(key), key);
    }

    static Map<String, Object> map(Object node) {
        return ((Map<?, ?>) node)
                .entrySet().stream()
                        .collect(Collectors.toMap(
                                e -> String.valueOf(e.getKey()), Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
    }
}
