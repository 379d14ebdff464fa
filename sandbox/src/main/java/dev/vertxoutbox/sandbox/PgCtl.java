package dev.vertxoutbox.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Stops and starts one cluster with PostgreSQL's own
 * <a href="https://www.postgresql.org/docs/current/app-pg-ctl.html">pg_ctl</a>.
 *
 * @param program path of {@code pg_ctl}
 * @param data the cluster's directory
 * @param log where the server's output is appended
 */
record PgCtl(Path program, Path data, Path log) {

    private static final long TIMEOUT_SECONDS = 60;

    /** For a cluster that was started before: the binaries are those that started it. */
    static PgCtl of(Path data, Path log) throws IOException {
        String command = Files.readString(data.resolve("postmaster.opts"));
        Path postgres = Path.of(command.substring(0, command.indexOf(" \"")));
        return new PgCtl(postgres.resolveSibling("pg_ctl"), data, log);
    }

    void stop(String mode) {
        if (isRunning()) {
            run("stop", "-m", mode);
        }
    }

    /** With {@code restart}, as only that takes the options of the last start. */
    void start() {
        if (!isRunning()) {
            run("restart", "-l", log.toString());
        }
    }

    private boolean isRunning() {
        return Files.exists(data.resolve("postmaster.pid"));
    }

    private void run(String action, String... options) {
        List<String> command = new ArrayList<>(asOrdinaryUser());
        command.addAll(List.of(program.toString(), action, "-D", data.toString(), "-w"));
        command.addAll(List.of("-t", Long.toString(TIMEOUT_SECONDS)));
        command.addAll(List.of(options));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(log.toFile()))
                    .start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("PostgreSQL did not " + action + ": " + Files.readString(log));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for PostgreSQL to " + action, e);
        }
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own it does not see that it is. */
    private List<String> asOrdinaryUser() {
        try {
            boolean root = Files.getAttribute(data, "unix:uid").equals(0);
            return root ? List.of("unshare", "-U") : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
