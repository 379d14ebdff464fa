package dev.vertxoutbox.inbox;

/**
 * The message can never be processed, however often it comes: its envelope is no CloudEvent, or its data break their
 * schema. The engine sends it to the dead-letter queue at once, with this message as the attribute {@code reason}.
 */
public final class MalformedEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_REASON = 500;

    /**
     * States what is wrong.
     *
     * @param reason what was expected and what was found; no payload, as it ends up in logs. At most 500 characters are
     *     kept, and those that neither a log line nor an SQS attribute takes become question marks
     */
    public MalformedEventException(String reason) {
        super(printable(reason));
    }

    private static String printable(String reason) {
        String printable = reason.replaceAll("[^\\x20-\\x7E\\xA0-\\uD7FF]", "?");
        return printable.length() <= LONGEST_REASON ? printable : printable.substring(0, LONGEST_REASON);
    }
}
