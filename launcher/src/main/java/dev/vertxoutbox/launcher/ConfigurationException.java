package dev.vertxoutbox.launcher;

import java.io.Serial;

/** The command line or the environment is wrong. The message is one line that names what to change. */
public final class ConfigurationException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    ConfigurationException(String message) {
        super(message);
    }

    ConfigurationException(Variable variable, String message) {
        super(variable + " " + message);
    }
}
