package dev.vertxoutbox.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a script passes on.
 *
 * @param root the project's directory
 * @param names of the measurements to run
 */
record Arguments(Path root, List<String> names) {

    /**
     * Reads the project's directory; then, each an argument or several in one separated by spaces, settings {@code
     * -D<name>=<value>}, which become system properties, and names. No name stands for all.
     */
    static Arguments of(String[] args, List<String> all) {
        List<String> names = new ArrayList<>();
        for (String word : String.join(" ", args).strip().split("\\s+", -1)) {
            if (word.startsWith("-D") && word.contains("=")) {
                System.setProperty(word.substring(2, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
            } else {
                names.add(word);
            }
        }
        Path root = Path.of(names.remove(0)).toAbsolutePath().normalize();
        if (!all.containsAll(names)) {
            throw new IllegalArgumentException(names + ": the measurements are " + all);
        }
        return new Arguments(root, names.isEmpty() ? all : names);
    }
}
