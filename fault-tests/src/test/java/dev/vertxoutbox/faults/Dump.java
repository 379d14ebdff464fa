package dev.vertxoutbox.faults;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * The data of all our tables, as pg_dump takes and pg_restore returns it: without generated columns, past triggers and
 * foreign keys, with the sequences where they were. The embedded server comes without the two programs.
 *
 * @param tables rows in COPY's text format by table with its columns
 * @param sequences statements that set them
 */
record Dump(Map<String, byte[]> tables, List<String> sequences) {
    private static final String TABLES = """
            SELECT format('%I.%I (%s)', n.nspname, c.relname,
                          (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
                           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''))
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('outbox', 'inbox', 'flight', 'payment') AND c.relkind = 'r'
              AND NOT c.relispartition AND c.relname NOT LIKE 'flyway%'
            """;

    private static final String SEQUENCES = """
            SELECT format('SELECT setval(%L, %s)', format('%I.%I', schemaname, sequencename), last_value)
            FROM pg_sequences
            WHERE schemaname IN ('outbox', 'inbox', 'flight', 'payment') AND last_value IS NOT NULL
            """;

    static Dump of(Sql database) throws SQLException {
        Map<String, byte[]> tables = new LinkedHashMap<>();
        try (Connection connection = database.connect()) {
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            for (String table : database.rows(TABLES)) {
                ByteArrayOutputStream rows = new ByteArrayOutputStream();
                copy.copyOut("COPY " + table + " TO STDOUT", rows);
                tables.put(table, rows.toByteArray());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Dump(tables, database.rows(SEQUENCES));
    }

    /** Replaces what the migrations have left in the tables. */
    void restoreInto(Sql database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica");
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            for (Map.Entry<String, byte[]> table : tables.entrySet()) {
                statement.execute("DELETE FROM " + table.getKey().replaceFirst(" .*", ""));
                copy.copyIn("COPY " + table.getKey() + " FROM STDIN", new ByteArrayInputStream(table.getValue()));
            }
            for (String sequence : sequences) {
                statement.execute(sequence);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
