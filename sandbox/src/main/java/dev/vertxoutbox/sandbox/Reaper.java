package dev.vertxoutbox.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Stops a PostgreSQL cluster and deletes its directory when this JVM closes it or ends, even by SIGKILL.
 *
 * <p>It is a shell at the other end of a pipe: whatever ends the JVM closes the pipe. It ignores the signals that a
 * terminal sends to the whole process group, so the database outlives the JVM's orderly shutdown.
 */
final class Reaper implements AutoCloseable {

    /** Name of the cluster's directory below the watched one. */
    static final String DATA = "data";

    private static final long TIMEOUT_SECONDS = 30;

    private static final String SCRIPT = """
            trap '' HUP INT TERM
            cat > /dev/null
            pid=$(head -n 1 "$1/data/postmaster.pid" 2> /dev/null) && kill -QUIT "$pid"
            tries=0
            while [ -n "$pid" ] && kill -0 "$pid" 2> /dev/null && [ "$tries" -lt 100 ]; do
              sleep 0.1
              tries=$((tries + 1))
            done
            rm -rf -- "$1"
            """;

    private final Process shell;

    private Reaper(Process shell) {
        this.shell = shell;
    }

    static Reaper watch(Path directory) throws IOException {
        return new Reaper(new ProcessBuilder("sh", "-c", SCRIPT, "reaper", directory.toString())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start());
    }

    @Override
    public void close() {
        try {
            shell.getOutputStream().close();
            if (!shell.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("PostgreSQL did not stop within " + TIMEOUT_SECONDS + " s");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
