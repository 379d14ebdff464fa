package dev.vertxoutbox.sandbox;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * PostgreSQL as a child process, in a directory of its own that disappears with it.
 *
 * <p>The zonky library unpacks the binaries, creates the cluster and starts it first; from then on {@link PgCtl} drives
 * it, because the library cannot start again what it stopped. {@link Reaper} stops it when this JVM ends in any way.
 */
final class LocalPostgres implements PostgresServer {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private final int port;
    private final PgCtl pgCtl;
    private final Reaper reaper;

    private LocalPostgres(int port, PgCtl pgCtl, Reaper reaper) {
        this.port = port;
        this.pgCtl = pgCtl;
        this.reaper = reaper;
    }

    static LocalPostgres launch() {
        try {
            Path directory = Files.createTempDirectory("sandbox-postgres-");
            Reaper reaper = Reaper.watch(directory);
            Path data = directory.resolve(Reaper.DATA);
            Path log = directory.resolve("postgres.log");
            int port = FreePort.find();
            createCluster(data, log, port);
            return new LocalPostgres(port, PgCtl.of(data, log), reaper);
        } catch (IOException e) {
            throw new UncheckedIOException("Embedded PostgreSQL did not start", e);
        }
    }

    private static void createCluster(Path data, Path log, int port) throws IOException {
        EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(port)
                .setPGStartupWait(START_TIMEOUT)
                .setOutputRedirector(Redirect.appendTo(log.toFile()))
                .setErrorRedirector(Redirect.appendTo(log.toFile()))
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                // The library's own defaults trade durability for speed; a test of durability must not.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "200")
                .setServerConfig("unix_socket_directories", "")
                .start();
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String user() {
        return "postgres";
    }

    @Override
    public String password() {
        return "postgres";
    }

    @Override
    public void stop() {
        pgCtl.stop("fast");
    }

    @Override
    public void crash() {
        pgCtl.stop("immediate");
    }

    @Override
    public void start() {
        pgCtl.start();
    }

    @Override
    public void close() {
        reaper.close();
    }
}
