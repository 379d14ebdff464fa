package dev.vertxoutbox.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the script passes on.
 *
 * @param root the project's directory
 * @param names of the measurements to run
 */
record Arguments(Path root, List<String> names) {

    /**
     * Reads the project's directory; then, each an argument or several in one separated by spaces, settings {@code
     * -D<name>=<value>}, which become system properties, and names. {@code all} stands for all of them, {@code quick} for
     * some with {@link Settings#QUICK short} settings.
     *
     * @throws IllegalArgumentException without a name, or with one that is unknown
     */
    static Arguments of(String[] args, List<String> all, List<String> quick) {
        List<String> names = new ArrayList<>();
        for (String word : String.join(" ", args).strip().split("\\s+", -1)) {
            if (word.startsWith("-D") && word.contains("=")) {
                System.setProperty(word.substring(2, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
            } else {
                names.add(word);
            }
        }
        Path root = Path.of(names.remove(0)).toAbsolutePath().normalize();
        if (names.equals(List.of("all"))) {
            return new Arguments(root, all);
        }
        if (names.equals(List.of("quick"))) {
            System.setProperty(Settings.QUICK, "true");
            return new Arguments(root, quick);
        }
        if (names.isEmpty() || !all.containsAll(names)) {
            throw new IllegalArgumentException(names + ": give all, quick, or some of " + all);
        }
        return new Arguments(root, names);
    }
}
