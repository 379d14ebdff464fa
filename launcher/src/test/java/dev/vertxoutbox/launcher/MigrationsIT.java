package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class MigrationsIT {
    private final Sandbox sandbox;
    private String name = "";
    private DatabaseSettings database;

    MigrationsIT(Sandbox sandbox) {
        this.sandbox = sandbox;
        this.database = DatabaseSettings.from(new Environment(sandbox.postgres().environment("postgres")));
    }

    @BeforeEach
    void createEmptyDatabase() {
        name = sandbox.postgres().createEmptyDatabase();
        database = DatabaseSettings.from(new Environment(sandbox.postgres().environment(name)));
    }

    @AfterEach
    void dropDatabase() {
        sandbox.postgres().dropDatabase(name);
    }

    @Test
    void migratingTwiceAppliesEachMigrationOnce() throws SQLException {
        new Migrations(database, Map.of()).run();
        List<String> first = history();
        new Migrations(database, Map.of()).run();

        assertThat(first).contains("outbox 1", "inbox 1", "flight 1", "payment 1");
        assertThat(history()).isEqualTo(first);
    }

    @Test
    void processesMayMigrateAtTheSameTime() throws SQLException {
        List<CompletableFuture<Void>> runs = Stream.generate(() -> new Migrations(database, Map.of()))
                .limit(4)
                .map(migrations -> CompletableFuture.runAsync(migrations::run))
                .toList();

        assertThat(runs).allSatisfy(run -> assertThat(run).succeedsWithin(Duration.ofSeconds(60)));
        assertThat(history()).doesNotHaveDuplicates().contains("outbox 1", "inbox 1", "flight 1", "payment 1");
    }

    @Test
    void migrationWaitsForTheProcessThatHasTheTurn() throws SQLException {
        CompletableFuture<Void> run;
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            statement.execute(Migrations.TRY_TURN);
            run = CompletableFuture.runAsync(() -> new Migrations(database, Map.of()).run());

            await().atMost(20, TimeUnit.SECONDS).until(() -> isTrue(statement, """
                    SELECT EXISTS (SELECT FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                          AND query LIKE '%pg_try_advisory_lock%')
                    """));
            assertThat(isTrue(statement, "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'outbox')"))
                    .isFalse();
        }
        assertThat(run).succeedsWithin(Duration.ofSeconds(30));
        assertThat(history()).contains("outbox 1", "inbox 1", "flight 1", "payment 1");
    }

    @Test
    void failureIsOneLineThatNamesSchemaAndDatabase() throws SQLException {
        execute("CREATE SCHEMA outbox; CREATE TABLE outbox.event ()");

        assertThatThrownBy(() -> new Migrations(database, Map.of()).run())
                .isInstanceOf(StartException.class)
                .message()
                .hasLineCount(1)
                .contains("schema outbox", name);
    }

    @Test
    void databaseOfAnotherEncodingIsRefused() throws SQLException {
        sandbox.postgres().dropDatabase(name);
        executeIn("postgres", "CREATE DATABASE " + name + " ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");

        assertThatThrownBy(() -> new Migrations(database, Map.of()).run())
                .isInstanceOf(StartException.class)
                .hasMessageContainingAll(name, "LATIN1", "UTF8");
    }

    /** As on Aurora, whose owner is no superuser. */
    @Test
    void servicesGetUsersWithTheRightsOfTheirGroupRole() throws SQLException {
        DatabaseSettings owner = ownedByWhoMayCreateRoles();
        String first = "it's \"first\"";
        new Migrations(
                        owner,
                        Map.of(ServiceUser.FLIGHT, first, ServiceUser.RELAY, "relay", ServiceUser.PAYMENT, "payment"))
                .run();

        assertThat(isTrueFor(ServiceUser.FLIGHT, first, "SELECT has_table_privilege('flight.booking', 'INSERT')"))
                .isTrue();
        assertThat(isTrueFor(ServiceUser.FLIGHT, first, "SELECT has_schema_privilege('payment', 'USAGE')"))
                .isFalse();
        assertThat(isTrueFor(ServiceUser.RELAY, "relay", "SELECT has_table_privilege('outbox.event', 'DELETE')"))
                .isTrue();

        assertThat(isTrueFor(ServiceUser.RELAY, "relay", "SELECT has_schema_privilege('flight', 'USAGE')"))
                .isFalse();
        assertThat(isTrueFor(ServiceUser.PAYMENT, "payment", "SELECT has_table_privilege('payment.payment', 'INSERT')"))
                .isTrue();
        assertThat(isTrueFor(ServiceUser.PAYMENT, "payment", "SELECT has_schema_privilege('flight', 'USAGE')"))
                .isFalse();

        String hash = passwordHash(ServiceUser.FLIGHT);
        new Migrations(owner, Map.of(ServiceUser.FLIGHT, "second")).run();

        assertThat(hash).startsWith("SCRAM-SHA-256$");
        assertThat(passwordHash(ServiceUser.FLIGHT))
                .startsWith("SCRAM-SHA-256$")
                .isNotEqualTo(hash);
        assertThat(isTrueFor(ServiceUser.FLIGHT, "second", "SELECT true")).isTrue();
    }

    /** Roles are those of the server: other tests may have made them, as another user. */
    private DatabaseSettings ownedByWhoMayCreateRoles() throws SQLException {
        List<String> roles = List.of("outbox_writer", "inbox_consumer", "flight_app", "relay_app", "payment_app");
        execute(makeRole("test_owner", "LOGIN CREATEROLE PASSWORD 'owner'"));
        for (String role : roles) {
            execute(makeRole(role, "NOLOGIN"));
            execute("GRANT " + role + " TO test_owner WITH ADMIN OPTION");
        }
        execute("ALTER DATABASE " + name + " OWNER TO test_owner");
        return as("test_owner", "owner");
    }

    private static String makeRole(String role, String attributes) {
        return """
                DO $$ BEGIN
                    CREATE ROLE %s %s;
                EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                END $$""".formatted(role, attributes);
    }

    private String passwordHash(ServiceUser user) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT rolpassword FROM pg_authid WHERE rolname = '" + user.user() + "'")) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }

    private boolean isTrueFor(ServiceUser user, String password, String sql) throws SQLException {
        try (Connection connection = as(user.user(), password).dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            return isTrue(statement, sql);
        }
    }

    private DatabaseSettings as(String user, String password) {
        return new DatabaseSettings(
                database.host(), database.port(), name, user, password, database.sslMode(), database.sslRootCert());
    }

    private static boolean isTrue(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            return result.next() && result.getBoolean(1);
        }
    }

    private List<String> history() throws SQLException {
        List<String> entries = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (String owner : Migrations.OWNERS) {
                try (ResultSet rows = statement.executeQuery("SELECT version FROM " + owner
                        + ".flyway_schema_history WHERE version IS NOT NULL ORDER BY installed_rank")) {
                    while (rows.next()) {
                        entries.add(owner + " " + rows.getString(1));
                    }
                }
            }
        }
        return entries;
    }

    private void execute(String sql) throws SQLException {
        executeIn(name, sql);
    }

    private void executeIn(String databaseName, String sql) throws SQLException {
        DatabaseSettings in =
                DatabaseSettings.from(new Environment(sandbox.postgres().environment(databaseName)));
        try (Connection connection = in.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
