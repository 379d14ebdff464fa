package dev.vertxoutbox.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class SandboxExtensionIT {

    private static String databaseOfTheClass = "";

    @BeforeAll
    static void remember(TestDatabase db) {
        databaseOfTheClass = db.name();
    }

    @Test
    void allTestsOfAClassHaveTheSameDatabase(TestDatabase db) {
        assertThat(db.name()).isEqualTo(databaseOfTheClass);
    }

    @Test
    void aDatabaseIsGoneAfterItsClassEvenIfTheClassLeftTheServerDown(Sandbox sandbox) throws Exception {
        Postgres postgres = sandbox.postgres();
        ClassScope scope = new ClassScope(sandbox);
        String name = scope.database().name();
        assertThat(databasesNamed(postgres, name)).isEqualTo(1);

        postgres.stop();
        scope.close();

        assertThat(databasesNamed(postgres, name)).isZero();
    }

    @Test
    void queuesAreGoneAfterTheirClassEvenIfTheClassLeftThemDown(Sandbox sandbox) {
        ClassScope scope = new ClassScope(sandbox);
        String url = scope.queues().flightUrl();
        assertThat(sandbox.queues().depth(url)).isZero();

        sandbox.queues().queueDown();
        scope.close();

        assertThatThrownBy(() -> sandbox.queues().depth(url)).hasMessageContaining("does not exist");
    }

    private static int databasesNamed(Postgres postgres, String name) throws SQLException {
        String url = "jdbc:postgresql://" + postgres.host() + ":" + postgres.port() + "/postgres";
        try (Connection connection = DriverManager.getConnection(url, postgres.user(), postgres.password());
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT count(*) FROM pg_database WHERE datname = '" + name + "'")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Nested
    class InANestedClass {

        @Test
        void theDatabaseIsThatOfTheOuterClass(TestDatabase db) {
            assertThat(db.name()).isEqualTo(databaseOfTheClass);
        }
    }
}
