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
        new Migrations(database).run();
        List<String> first = history();
        new Migrations(database).run();

        assertThat(first).contains("outbox 1", "inbox 1", "flight 1", "payment 1");
        assertThat(history()).isEqualTo(first);
    }

    @Test
    void processesMayMigrateAtTheSameTime() throws SQLException {
        List<CompletableFuture<Void>> runs = Stream.generate(() -> new Migrations(database))
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
            run = CompletableFuture.runAsync(() -> new Migrations(database).run());

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

        assertThatThrownBy(() -> new Migrations(database).run())
                .isInstanceOf(StartException.class)
                .message()
                .hasLineCount(1)
                .contains("schema outbox", name);
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
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
