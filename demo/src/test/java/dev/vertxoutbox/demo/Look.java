package dev.vertxoutbox.demo;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;

/** How the console is looked at. */
enum Look {
    LIGHT(1280, 980, ColorScheme.LIGHT, "Naples NAP"),
    DARK(1280, 980, ColorScheme.DARK, "Seville SVQ"),
    PHONE(360, 740, ColorScheme.LIGHT, "Riga RIX");

    private final int width;
    private final int height;
    private final ColorScheme scheme;
    private final String destination;

    Look(int width, int height, ColorScheme scheme, String destination) {
        this.width = width;
        this.height = height;
        this.scheme = scheme;
        this.destination = destination;
    }

    /** An airport that no other look flies to. */
    String destination() {
        return destination;
    }

    /** Without motion: where no graphics card draws it, it costs more than all the rest. */
    Browser.NewContextOptions options() {
        return new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(scheme)
                .setReducedMotion(ReducedMotion.REDUCE);
    }
}
