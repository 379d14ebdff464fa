package dev.vertxoutbox.deploy;

/** A context value that is wrong or missing. The message names it and says what to give instead. */
final class SettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SettingException(String message) {
        super(message);
    }
}
