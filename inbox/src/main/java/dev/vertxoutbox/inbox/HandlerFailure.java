package dev.vertxoutbox.inbox;

/** The handler or its effect failed, as opposed to the inbox's own use of the database. */
final class HandlerFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private HandlerFailure(Throwable cause) {
        super(cause.toString(), cause);
    }

    static RuntimeException of(Throwable failure) {
        return failure instanceof MalformedEventException malformed ? malformed : new HandlerFailure(failure);
    }
}
