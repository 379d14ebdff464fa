package dev.vertxoutbox.flight;

import java.net.URI;

/** The signing keys of the authorization server cannot be had; without them no request could be let in. */
public final class SigningKeysException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SigningKeysException(URI jwksUrl, String reason) {
        super("No signing keys at " + jwksUrl + ": " + reason);
    }

    SigningKeysException(URI jwksUrl, Throwable cause) {
        super("No signing keys at " + jwksUrl + ": " + cause.getMessage(), cause);
    }
}
