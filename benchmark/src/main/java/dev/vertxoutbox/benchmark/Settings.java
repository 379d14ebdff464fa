package dev.vertxoutbox.benchmark;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Settings of a run: {@code -D<name>=<value>} before the names of the measurements, else the default. */
final class Settings {
    /** Set to {@code true}, defaults are so short that the figures only tell whether something broke. */
    static final String QUICK = "quick";

    private Settings() {}

    static int of(String name, int fallback) {
        return Integer.getInteger(name, fallback);
    }

    static int of(String name, int fallback, int quick) {
        return of(name, isQuick() ? quick : fallback);
    }

    static boolean isQuick() {
        return Boolean.getBoolean(QUICK);
    }

    static int[] list(String name, String fallback) {
        return Arrays.stream(System.getProperty(name, fallback).split(",", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    static int[] list(String name, String fallback, String quick) {
        return list(name, isQuick() ? quick : fallback);
    }

    /** Those whose name begins so: environment variables of the system under test. */
    static Map<String, String> environment(String prefix) {
        return System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith(prefix))
                .collect(Collectors.toMap(name -> name, System::getProperty));
    }
}
