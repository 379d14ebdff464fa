package dev.vertxoutbox.inbox;

/** A shared transaction was rolled back though nothing failed; those of its events that remain share the next one. */
final class RepeatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RepeatException() {
        super("To be repeated", null, false, false);
    }
}
