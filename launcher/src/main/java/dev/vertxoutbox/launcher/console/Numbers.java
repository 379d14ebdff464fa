package dev.vertxoutbox.launcher.console;

import org.jspecify.annotations.Nullable;

/** Numbers as JSON has them. */
final class Numbers {

    private Numbers() {}

    /** With two decimals; null for what is not a number. */
    static @Nullable Double orNull(double number) {
        return Double.isFinite(number) ? Math.round(number * 100) / 100.0 : null;
    }
}
