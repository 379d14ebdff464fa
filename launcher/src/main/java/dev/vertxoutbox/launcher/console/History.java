package dev.vertxoutbox.launcher.console;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;

/** The samples of the last five minutes. */
final class History {

    static final int SAMPLES = 300;

    private final Deque<Sample> samples = new ArrayDeque<>(SAMPLES);

    void add(Sample sample) {
        if (samples.size() == SAMPLES) {
            samples.removeFirst();
        }
        samples.addLast(sample);
    }

    JsonObject toJson() {
        JsonArray array = new JsonArray();
        samples.forEach(sample -> array.add(sample.toJson()));
        return new JsonObject().put("samples", array);
    }
}
