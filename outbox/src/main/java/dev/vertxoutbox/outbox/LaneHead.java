package dev.vertxoutbox.outbox;

/**
 * A lane that holds events.
 *
 * @param lane the lane
 * @param seq place of its oldest event
 * @param paused whether its topic is paused, so that nothing of it is to be sent
 */
public record LaneHead(Lane lane, long seq, boolean paused) {}
