package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Lane;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which destination each topic has. A topic without one is left alone, not parked: another relay, or a newer version
 * that is being rolled out, may know it.
 */
final class Routes {

    private static final Logger log = LoggerFactory.getLogger(Routes.class);
    private static final int MAX_REMEMBERED = 100;

    private final Map<String, Destination> destinations;
    private final Set<String> unrouted = new TreeSet<>();

    Routes(Map<String, Destination> destinations) {
        this.destinations = Map.copyOf(destinations);
    }

    /** The destination of a lane's topic, or null if this relay does not send it. */
    @Nullable
    Destination of(Lane lane) {
        Destination destination = destinations.get(lane.topic());
        if (destination == null && unrouted.size() < MAX_REMEMBERED && unrouted.add(lane.topic())) {
            log.atWarn()
                    .addKeyValue("topic", lane.topic())
                    .log(
                            "Events of a topic without a route wait in the outbox; add the topic to the routes of a relay");
        }
        return destination;
    }

    Map<String, Boolean> openCircuits() {
        return destinations.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().isOpen()));
    }

    Set<String> unrouted() {
        return Set.copyOf(unrouted);
    }
}
