package dev.vertxoutbox.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a JVM's heap holds after full garbage collections that are asked for with {@code jcmd}, as the JVM's own log has
 * it: whoever asks a moment later is also told what was allocated in that moment.
 */
final class LiveHeap {
    private static final Pattern COLLECTION = Pattern.compile("Pause Full \\(Diagnostic Command\\) \\d+M->(\\d+)M");

    private final Path log;

    LiveHeap(Path log) {
        this.log = log;
    }

    /** To be given to the JVM that is watched. */
    String jvmOption() {
        return "-Xlog:gc:file=" + log + ":time:filecount=0";
    }

    static void collect(long pid) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.run")
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("GC.run: " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    /** What was left by each collection that was asked for, in their order. */
    List<Long> mib() {
        try {
            return COLLECTION
                    .matcher(Files.readString(log))
                    .results()
                    .map(result -> Long.parseLong(result.group(1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
