package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.sandbox.Postgres;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/** The database under test as its superuser sees it. Methods block. */
final class Database implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final Postgres postgres;
    private final String name;
    private final Pool admin;

    Database(Postgres postgres) {
        this.postgres = postgres;
        this.name = postgres.createDatabase();
        this.admin = pool(2);
    }

    String name() {
        return name;
    }

    Vertx vertx() {
        return vertx;
    }

    Postgres postgres() {
        return postgres;
    }

    /** The {@code PG*} variables of a process. */
    Map<String, String> environment() {
        return postgres.environment(name);
    }

    PgConnectOptions connectOptions() {
        return postgres.connectOptions(name).setCachePreparedStatements(true);
    }

    /**
     * A pool of its own, closed with the database's Vert.x. It waits for a connection as long as it takes: the timer of a
     * limit would go off after its request was served (vertx-sql-client#1567).
     */
    Pool pool(int connections) {
        return PgBuilder.pool()
                .using(vertx)
                .connectingTo(connectOptions())
                .with(new PoolOptions().setMaxSize(connections).setConnectionTimeout(0))
                .build();
    }

    /** A session of its own. */
    PgConnection connect() {
        return PgConnection.connect(vertx, connectOptions()).await();
    }

    void execute(String sql) {
        admin.query(sql).execute().await();
    }

    long number(String sql) {
        return admin.query(sql).execute().await().iterator().next().getLong(0);
    }

    String text(String sql) {
        return admin.query(sql).execute().await().iterator().next().getString(0);
    }

    /** CPU time of the server's processes that live now, which are processes of this machine and in no container. */
    Duration cpu() {
        return cpu(ProcessHandle.of(postmaster()).stream()
                .flatMap(server -> Stream.concat(Stream.of(server), server.descendants())));
    }

    /** CPU time of the sessions, of those that live now, of an application. */
    Duration cpuOfSessions(String application) {
        String sql = "SELECT pid FROM pg_stat_activity WHERE application_name = '%s'".formatted(application);
        RowSet<Row> sessions = admin.query(sql).execute().await();
        return cpu(sessions.stream().flatMap(session -> ProcessHandle.of(session.getInteger("pid")).stream()));
    }

    private static Duration cpu(Stream<ProcessHandle> processes) {
        return processes
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private long postmaster() {
        Path data = Path.of(text("SHOW data_directory"));
        try {
            return Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
