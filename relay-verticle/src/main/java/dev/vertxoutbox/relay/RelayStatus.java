package dev.vertxoutbox.relay;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a relay is doing.
 *
 * @param listening whether it hears notifications; if not, events wait for the poll
 * @param databaseError why it could not look into the outbox at its last attempt, or null
 * @param openCircuits for each routed topic, whether its queue is left alone after a failure
 * @param unroutedTopics topics seen in the outbox that this relay has no route for; another relay must send them
 */
public record RelayStatus(
        boolean listening,
        @Nullable String databaseError,
        Map<String, Boolean> openCircuits,
        Set<String> unroutedTopics) {}
