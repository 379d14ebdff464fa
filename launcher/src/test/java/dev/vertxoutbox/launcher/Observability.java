package dev.vertxoutbox.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What {@code deploy/observability} holds. */
final class Observability {
    /** The working directory of tests is the module's. */
    static final Path FOLDER = Path.of("..", "deploy", "observability");

    static final String JOB = "vertx-outbox";

    private Observability() {}

    /** Each alert as in its file, by its name. */
    static List<JsonObject> alerts() throws IOException {
        List<JsonObject> alerts = new ArrayList<>();
        objects(yaml("prometheus-rules.yaml").getJsonArray("groups"))
                .forEach(group -> alerts.addAll(objects(group.getJsonArray("rules"))));
        return alerts;
    }

    static JsonObject dashboard() throws IOException {
        return new JsonObject(Files.readString(FOLDER.resolve("grafana-dashboard.json")));
    }

    /** The panels that show something. */
    static List<JsonObject> panels() throws IOException {
        return objects(dashboard().getJsonArray("panels")).stream()
                .filter(panel -> !panel.getString("type").equals("row"))
                .toList();
    }

    /** Every expression of the dashboard, with its variables set as Grafana would. */
    static List<String> dashboardExpressions() throws IOException {
        List<String> found = new ArrayList<>();
        for (JsonObject panel : panels()) {
            objects(panel.getJsonArray("targets")).forEach(target -> found.add(target.getString("expr")));
        }
        objects(dashboard().getJsonObject("annotations").getJsonArray("list"))
                .forEach(annotation -> found.add(annotation.getString("expr")));
        objects(dashboard().getJsonObject("templating").getJsonArray("list")).stream()
                .filter(variable -> variable.getString("type").equals("query"))
                .forEach(variable -> found.add(variable.getString("definition")
                        // The label is an argument there, not a metric.
                        .replaceAll("^label_values\\((.*), \\w+\\)$", "$1")));
        return found.stream()
                .map(expression -> expression
                        .replace("$__rate_interval", "5m")
                        .replace("$job", JOB)
                        .replace("$instance", ".*"))
                .toList();
    }

    static JsonObject yaml(String file) throws IOException {
        Map<String, Object> parsed =
                new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(FOLDER.resolve(file)));
        return new JsonObject(parsed);
    }

    static List<JsonObject> objects(JsonArray array) {
        return array.stream()
                .map(item -> item instanceof JsonObject object ? object : new JsonObject(map(item)))
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object item) {
        return (Map<String, Object>) item;
    }
}
