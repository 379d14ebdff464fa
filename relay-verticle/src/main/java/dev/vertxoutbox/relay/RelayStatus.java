package dev.vertxoutbox.relay;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a relay is doing.
 *
 * @param listening whether it hears notifications; if not, events wait for the poll
 * @param databaseError why it could not look into the outbox at its last attempt, or null
 * @param openCircuits for each routed topic, whether requests to its queue fail
 */
public record RelayStatus(boolean listening, @Nullable String databaseError, Map<String, Boolean> openCircuits) {}
