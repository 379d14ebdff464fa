package dev.vertxoutbox.relay;

import org.jspecify.annotations.Nullable;

/** What became of one entry of a request. */
sealed interface Outcome {

    /**
     * SQS acknowledged it.
     *
     * @param messageId SQS's name for the message; null if it tells none
     */
    record Accepted(@Nullable String messageId) implements Outcome {}

    /** It can never be sent as it is. */
    record Rejected(String reason) implements Outcome {}

    /** It is to be sent again: SQS says so, or said nothing of it. */
    record Failed(String reason) implements Outcome {}
}
