package dev.vertxoutbox.launcher;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schemas up to date. Each owner's numbered SQL is versioned on its own, in its own schema; processes that
 * migrate at the same time take turns. Then the users of the services are made, where there are passwords for them.
 * Blocks: keep it off event loops.
 */
final class Migrations {
    /** In this order: a schema grants the roles of those before it. */
    static final List<String> OWNERS = List.of("outbox", "inbox", "flight", "payment");

    private static final Logger log = LoggerFactory.getLogger(Migrations.class);
    private static final Duration TURN_TIMEOUT = Duration.ofMinutes(10);
    private static final long TURN_POLL_MILLIS = 200;

    /**
     * Tried again and again instead of waited for: a session that waits in a statement has a snapshot, and the holder's
     * CREATE INDEX CONCURRENTLY would wait for that snapshot. The key is arbitrary.
     */
    static final String TRY_TURN = "SELECT pg_try_advisory_lock(7521440283170416)";

    private final DatabaseSettings database;
    private final Map<ServiceUser, String> passwords;

    /** @param passwords of the users to make, or to give another password, once the schemas are up to date */
    Migrations(DatabaseSettings database, Map<ServiceUser, String> passwords) {
        this.database = database;
        this.passwords = Map.copyOf(passwords);
    }

    /** @throws StartException when a migration fails, others keep migrating for ten minutes, or the encoding is not UTF-8 */
    void run() {
        DataSource source = database.dataSource();
        try (Connection connection = source.getConnection()) {
            checkEncoding(connection);
            awaitTurn(connection);
            // The lock is the session's and ends with it.
            OWNERS.forEach(owner -> migrate(source, owner));
            for (Map.Entry<ServiceUser, String> user : passwords.entrySet()) {
                user.getKey().create(connection, user.getValue());
                log.atInfo().addKeyValue("user", user.getKey().user()).log("Database user has its password");
            }
        } catch (SQLException e) {
            throw new StartException(failure(e), e);
        }
    }

    /** Another one cannot hold all that users write, nor the character by which the relay gets past the last topic. */
    private void checkEncoding(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW server_encoding")) {
            result.next();
            String encoding = result.getString(1);
            if (!encoding.equals("UTF8")) {
                throw new StartException(database.address() + " has the encoding " + encoding
                        + "; make it with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0");
            }
        }
    }

    private void migrate(DataSource source, String owner) {
        try {
            MigrateResult result = Flyway.configure()
                    .loggers("slf4j")
                    .dataSource(source)
                    .schemas(owner)
                    .defaultSchema(owner)
                    .locations("classpath:db/" + owner)
                    .failOnMissingLocations(true)
                    .load()
                    .migrate();
            log.atInfo()
                    .addKeyValue("schema", owner)
                    .addKeyValue("applied", result.migrationsExecuted)
                    .addKeyValue("version", result.targetSchemaVersion)
                    .log("Schema migrated");
        } catch (RuntimeException e) {
            throw new StartException("schema " + owner + ": " + failure(e), e);
        }
    }

    private static void awaitTurn(Connection connection) throws SQLException {
        long deadline = System.nanoTime() + TURN_TIMEOUT.toNanos();
        while (!tryTurn(connection)) {
            if (System.nanoTime() > deadline) {
                throw new StartException("another process has been migrating this database for " + TURN_TIMEOUT
                        + "; look for it in pg_stat_activity (application_name outbox-migrate)");
            }
            try {
                Thread.sleep(TURN_POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StartException("interrupted while another process migrates", e);
            }
        }
    }

    private static boolean tryTurn(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(TRY_TURN)) {
            return result.next() && result.getBoolean(1);
        }
    }

    private String failure(Exception e) {
        String reason = String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", "; ");
        return "migration of " + database.address() + " as user " + database.user() + " failed: " + reason;
    }
}
