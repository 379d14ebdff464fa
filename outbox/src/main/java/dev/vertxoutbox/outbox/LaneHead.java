package dev.vertxoutbox.outbox;

/**
 * A lane that holds events.
 *
 * @param lane the lane
 * @param seq place of its oldest event
 * @param paused whether its topic is paused, so that nothing of it is to be sent
 * @param held whether all its events are of subjects that the search was told to leave alone
 */
public record LaneHead(Lane lane, long seq, boolean paused, boolean held) {

    /** Whether there is something in it to be sent. */
    public boolean isSendable() {
        return !paused && !held;
    }
}
