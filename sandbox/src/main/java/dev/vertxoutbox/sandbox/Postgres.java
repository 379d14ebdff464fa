package dev.vertxoutbox.sandbox;

import io.vertx.pgclient.PgConnectOptions;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A PostgreSQL server of the sandbox's own: fresh databases, and faults on demand.
 *
 * <p>{@code fsync} and {@code synchronous_commit} are on, up to 200 connections are accepted. Address and data survive
 * {@link #stop}, {@link #crash} and {@link #restart}. Methods block, and fail with an {@link IllegalStateException} that
 * carries PostgreSQL's message.
 */
public final class Postgres implements AutoCloseable {

    private static final String TEMPLATE = "sandbox_template";

    private static final String TERMINATE = """
            SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 5000))
            FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
            """;

    private final PostgresServer server;
    private final Superuser superuser;
    private final AtomicInteger databases = new AtomicInteger();
    private boolean templateExists;

    Postgres(PostgresServer server) {
        this.server = server;
        this.superuser = new Superuser(server);
    }

    /** Where the server listens; an IPv4 address or a name. */
    public String host() {
        return server.host();
    }

    /** The TCP port; the same for the sandbox's whole life. */
    public int port() {
        return server.port();
    }

    /** The superuser's name. */
    public String user() {
        return server.user();
    }

    /** The superuser's password. */
    public String password() {
        return server.password();
    }

    /** How the superuser connects to {@code database}. */
    public PgConnectOptions connectOptions(String database) {
        return new PgConnectOptions()
                .setHost(host())
                .setPort(port())
                .setUser(user())
                .setPassword(password())
                .setDatabase(database);
    }

    /** The same for a process of its own: the {@code PG*} variables that libpq and our launcher read. */
    public Map<String, String> environment(String database) {
        return Map.of(
                "PGHOST", host(),
                "PGPORT", Integer.toString(port()),
                "PGDATABASE", database,
                "PGUSER", user(),
                "PGPASSWORD", password(),
                "PGSSLMODE", "disable");
    }

    /**
     * A fresh database with every migration on the class path applied: {@code db/outbox}, {@code db/inbox},
     * {@code db/flight}, {@code db/payment}, each in the order of its versions. They run once per server, as plain SQL;
     * each call then copies the result.
     *
     * @return the database's name
     */
    public String createDatabase() {
        createTemplate();
        return create(" TEMPLATE " + TEMPLATE);
    }

    /** A fresh database with nothing in it, for those who test the migrations themselves; returns its name. */
    public String createEmptyDatabase() {
        return create("");
    }

    /** Ends all sessions of {@code database} and removes it. */
    public void dropDatabase(String database) {
        superuser.execute("postgres", "DROP DATABASE IF EXISTS \"" + database + "\" WITH (FORCE)");
    }

    private String create(String template) {
        String name = "test" + databases.incrementAndGet();
        superuser.execute("postgres", "CREATE DATABASE " + name + template);
        return name;
    }

    private synchronized void createTemplate() {
        if (templateExists) {
            return;
        }
        dropDatabase(TEMPLATE);
        superuser.execute("postgres", "CREATE DATABASE " + TEMPLATE);
        for (Migration migration : Migration.all()) {
            try {
                superuser.execute(TEMPLATE, migration.sql());
            } catch (IllegalStateException e) {
                throw new IllegalStateException("Migration " + migration.name() + " failed: " + e.getMessage(), e);
            }
        }
        templateExists = true;
    }

    /** Ends every client session, whatever it is doing, and returns how many there were. */
    public int killBackends() {
        return superuser.number(TERMINATE);
    }

    /** Ends every client session of {@code database} and returns how many there were. */
    public int killBackends(String database) {
        return superuser.number(TERMINATE + " AND datname = ?", database);
    }

    /** Ends every client session that calls itself {@code applicationName} and returns how many there were. */
    public int killBackendsNamed(String applicationName) {
        return superuser.number(TERMINATE + " AND application_name = ?", applicationName);
    }

    /** Ends all sessions, rolls open transactions back and stops; connections are refused until {@link #start}. */
    public void stop() {
        server.stop();
    }

    /** Stops at once, without a checkpoint and without a word to the clients; the next {@link #start} recovers. */
    public void crash() {
        server.crash();
    }

    /** Starts after {@link #stop} or {@link #crash} and returns when connections are accepted; else does nothing. */
    public void start() {
        server.start();
    }

    /** {@link #stop} and {@link #start}. */
    public void restart() {
        stop();
        start();
    }

    /** Stops the server and deletes all its data. */
    @Override
    public void close() {
        server.close();
    }
}
