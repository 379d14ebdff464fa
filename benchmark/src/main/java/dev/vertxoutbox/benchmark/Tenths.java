package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;

/**
 * Events per second of each tenth of a round, in order.
 *
 * @param eventsPerSecond ten values, or fewer if the round was given up
 */
record Tenths(List<Double> eventsPerSecond) {

    /** Of the round that the stub has just seen, which was meant to have so many events. */
    static Tenths of(Stub stub, int events) {
        int step = Math.max(1, events / 10);
        List<Long> micros = stub.times(step);
        List<Double> rates = new ArrayList<>();
        for (int i = 1; i < micros.size() && rates.size() < 10; i++) {
            rates.add(step * 1e6 / Math.max(1, micros.get(i) - micros.get(i - 1)));
        }
        return new Tenths(List.copyOf(rates));
    }

    /** The last tenth's rate to the first one's. */
    double lastToFirst() {
        return eventsPerSecond.get(eventsPerSecond.size() - 1) / eventsPerSecond.get(0);
    }

    JsonArray toJson() {
        return new JsonArray(eventsPerSecond.stream().map(Math::round).toList());
    }
}
