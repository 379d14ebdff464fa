package dev.vertxoutbox.relay;

import java.util.Map;
import java.util.stream.Collectors;

/** Which destination each topic has. */
final class Routes {

    private final Map<String, Destination> destinations;
    private final Destination nowhere;

    /** @param nowhere for topics without a route */
    Routes(Map<String, Destination> destinations, Destination nowhere) {
        this.destinations = Map.copyOf(destinations);
        this.nowhere = nowhere;
    }

    Destination of(String topic) {
        return destinations.getOrDefault(topic, nowhere);
    }

    Map<String, Boolean> openCircuits() {
        return destinations.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().isFailing()));
    }
}
