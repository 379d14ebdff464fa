package dev.vertxoutbox.outbox;

/**
 * A lane that holds events.
 *
 * @param lane the lane
 * @param seq place of its oldest event
 */
public record LaneHead(Lane lane, long seq) {}
