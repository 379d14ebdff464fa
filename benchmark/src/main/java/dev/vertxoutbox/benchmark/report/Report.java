package dev.vertxoutbox.benchmark.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** {@code BENCHMARKS.md} and {@code benchmark/plots}: the results that are kept, for readers. */
public final class Report {
    private static final String PLOTS = "benchmark/plots";

    private Report() {}

    /** What the files have to be: their text, by path relative to the project's directory. The same results make the same text. */
    public static Map<String, String> render(Path root) {
        return Page.render(Outcomes.read(root));
    }

    /** Writes them; plots that are not among them are removed. */
    public static void write(Path root) {
        Map<String, String> files = render(root);
        try {
            Path plots = Files.createDirectories(root.resolve(PLOTS));
            try (Stream<Path> old = Files.list(plots)) {
                for (Path plot : old.toList()) {
                    Files.delete(plot);
                }
            }
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(root.resolve(file.getKey()), file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
