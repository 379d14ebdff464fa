package dev.vertxoutbox.benchmark;

import com.sun.management.OperatingSystemMXBean;
import dev.vertxoutbox.sandbox.Postgres;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/** What a figure cannot be read without: the machine, how busy it was, and what ran on it. */
final class Machine {
    private static final String SETTINGS = """
            SELECT name, setting || coalesce(' ' || unit, '') AS value FROM pg_settings
            WHERE name IN ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers')
            """;

    private Machine() {}

    static JsonObject toJson() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new JsonObject()
                .put("cores", Runtime.getRuntime().availableProcessors())
                .put("cpu", cpuModel())
                .put("memoryMiB", system.getTotalMemorySize() / (1024 * 1024))
                .put("loadAverage1m", system.getSystemLoadAverage())
                .put("os", system.getName() + " " + system.getVersion() + " " + system.getArch())
                .put("jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
    }

    /** Two results are of the same build if they have this in common. */
    static String digest(Path jar) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static String cpuModel() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException | UncheckedIOException e) {
            return "unknown";
        }
    }

    /** Version and durability settings of the server, as it reports them. */
    static JsonObject postgres(Postgres postgres, String database) {
        Vertx vertx = Vertx.vertx();
        try {
            JsonObject settings = new JsonObject();
            PgConnection.connect(vertx, postgres.connectOptions(database))
                    .compose(connection -> connection.query(SETTINGS).execute())
                    .await()
                    .forEach(row -> settings.put(row.getString("name"), row.getString("value")));
            return settings;
        } finally {
            vertx.close().await();
        }
    }
}
