package dev.vertxoutbox.benchmark;

import com.sun.management.OperatingSystemMXBean;
import dev.vertxoutbox.sandbox.Postgres;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import java.lang.management.ManagementFactory;

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
                .put("memoryMiB", system.getTotalMemorySize() / (1024 * 1024))
                .put("loadAverage1m", system.getSystemLoadAverage())
                .put("os", system.getName() + " " + system.getVersion() + " " + system.getArch())
                .put("jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
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
