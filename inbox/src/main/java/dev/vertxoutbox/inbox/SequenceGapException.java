package dev.vertxoutbox.inbox;

import java.time.Duration;

/** An earlier event of the subject has not been seen: this one is to wait for it. Nothing has failed. */
final class SequenceGapException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Duration wait;

    SequenceGapException(Duration wait) {
        super("an earlier event of the subject is missing", null, false, false);
        this.wait = wait;
    }

    /** How long the message is to stay hidden before it is looked at again, whole seconds. */
    Duration waitTime() {
        return wait;
    }
}
