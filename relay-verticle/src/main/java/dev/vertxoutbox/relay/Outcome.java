package dev.vertxoutbox.relay;

/** What became of one entry of a request. */
sealed interface Outcome {

    /** SQS acknowledged it. */
    record Accepted() implements Outcome {}

    /** It can never be sent as it is. */
    record Rejected(String reason) implements Outcome {}

    /** It is to be sent again: SQS says so, or said nothing of it. */
    record Failed(String reason) implements Outcome {}
}
