package dev.vertxoutbox.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What a health check found.
 *
 * @param reasons why it is not up, for an operator; empty when it is
 * @param data what else there is to know, perhaps nothing
 */
record Condition(Level level, List<String> reasons, JsonObject data) {
    /** From best to worst. */
    enum Level {
        /** All is well. */
        UP,
        /** It serves, but something that it needs for all of its work is missing. */
        DEGRADED,
        /** It cannot serve. */
        DOWN
    }

    static Condition up() {
        return new Condition(Level.UP, List.of(), new JsonObject());
    }

    static Condition down(String reason) {
        return new Condition(Level.DOWN, List.of(reason), new JsonObject());
    }

    /** Degraded for these reasons, or up if there are none. */
    static Condition degraded(List<String> reasons) {
        return reasons.isEmpty() ? up() : new Condition(Level.DEGRADED, List.copyOf(reasons), new JsonObject());
    }

    Condition withData(JsonObject more) {
        return new Condition(level, reasons, more);
    }

    JsonObject toJson(String id) {
        JsonObject json = new JsonObject().put("id", id).put("status", level.name());
        if (!reasons.isEmpty()) {
            json.put("reasons", new JsonArray(reasons));
        }
        return data.isEmpty() ? json : json.put("data", data);
    }
}
