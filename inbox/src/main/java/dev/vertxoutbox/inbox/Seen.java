package dev.vertxoutbox.inbox;

import org.jspecify.annotations.Nullable;

/**
 * What a consumer knew when an event came.
 *
 * @param processed whether the event was processed before
 * @param last highest sequence seen of its subject before, null for none or an event that is not numbered
 */
record Seen(boolean processed, @Nullable Long last) {}
