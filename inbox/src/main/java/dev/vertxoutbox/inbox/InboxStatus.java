package dev.vertxoutbox.inbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether an inbox can do its work now, for a readiness probe.
 *
 * @param ok true while it runs and both the queue and the database answer
 * @param failingSince when the outage began, null when {@code ok} or not started
 * @param lastError what the last try met, without secrets, null when {@code ok}
 */
public record InboxStatus(
        boolean ok,
        @Nullable Instant failingSince,
        @Nullable String lastError) {
    static final InboxStatus OK = new InboxStatus(true, null, null);
    static final InboxStatus NOT_RUNNING = new InboxStatus(false, null, "not running");
}
