package dev.vertxoutbox.launcher;

import dev.vertxoutbox.flight.SigningKeysException;
import java.io.Serial;
import java.net.BindException;

/** The system cannot start although its configuration is well-formed. The message is one line that says what to do. */
public final class StartException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    StartException(String message) {
        super(message);
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The failure itself, unless it says that the port is taken. */
    static Throwable ofPort(Variable variable, int port, Throwable failure) {
        return failure instanceof BindException
                ? new StartException(
                        "%s: port %d cannot be used (%s); stop what listens there or set %s to another port"
                                .formatted(variable, port, failure.getMessage(), variable),
                        failure)
                : failure;
    }

    /** The failure itself, unless it says that there are no keys to check access tokens with. */
    static Throwable ofKeys(Throwable failure) {
        return failure instanceof SigningKeysException
                ? new StartException(
                        "%s: %s; without them no request could be let in"
                                .formatted(Variable.AUTH_JWKS_URL, failure.getMessage()),
                        failure)
                : failure;
    }
}
