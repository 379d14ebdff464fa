package dev.vertxoutbox.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The database as a foreign program sees it, such as psql: another driver, plain statements, a connection for each call.
 *
 * @param environment {@code PG*} variables
 */
record Sql(Map<String, String> environment) {

    /** A connection of its own, for transactions. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%s/%s?connectTimeout=5&socketTimeout=60&ApplicationName=test"
                        .formatted(variable("PGHOST"), variable("PGPORT"), variable("PGDATABASE")),
                variable("PGUSER"),
                variable("PGPASSWORD"));
    }

    void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + " failed: " + e.getMessage(), e);
        }
    }

    /** The rows, their columns as text joined with blanks. */
    List<String> rows(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    columns.add(String.valueOf(result.getString(i)));
                }
                rows.add(String.join(" ", columns));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(sql + " failed: " + e.getMessage(), e);
        }
    }

    /** The number in the first column of the first row. */
    long number(String sql) {
        return Long.parseLong(rows(sql).get(0));
    }

    private String variable(String name) {
        return Objects.requireNonNull(environment.get(name), name);
    }
}
