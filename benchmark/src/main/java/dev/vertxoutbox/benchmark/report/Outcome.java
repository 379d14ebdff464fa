package dev.vertxoutbox.benchmark.report;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * A result that is kept.
 *
 * @param path of its file, relative to the project's directory
 */
record Outcome(String path, JsonObject json) {

    String date() {
        return json.getString("date");
    }

    /** Tells builds apart; empty in results of the time before it was noted. */
    Optional<String> build() {
        return Optional.ofNullable(json.getString("build"));
    }

    /** The goal whose text begins so; some end with what was computed in the run. */
    Optional<JsonObject> goal(String beginning) {
        return goals().stream()
                .filter(goal -> goal.getString("goal").startsWith(beginning))
                .findFirst();
    }

    List<JsonObject> goals() {
        return json.getJsonArray("goals", new JsonArray()).stream()
                .map(goal -> (JsonObject) goal)
                .toList();
    }
}
