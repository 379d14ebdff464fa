package dev.vertxoutbox.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A program that knows nothing of us and writes events in its own transactions: a few in a row of a few subjects, numbered
 * under a lock on the subject. Some transactions are rolled back. What it has committed is in {@code ledger.written}.
 */
final class LedgerWriter implements AutoCloseable {
    /** For the superuser; the consumer's role is {@code ledger_login}. */
    static final String TABLES = """
            CREATE SCHEMA ledger;
            CREATE TABLE ledger.subject (subject text PRIMARY KEY, last bigint NOT NULL);
            INSERT INTO ledger.subject SELECT kind || '-' || n, 0
                FROM generate_series(1, 6) n, unnest(ARRAY['plain', 'numbered']) kind;
            CREATE TABLE ledger.written (subject text, number bigint, PRIMARY KEY (subject, number));
            CREATE TABLE ledger.applied (
                place bigint GENERATED ALWAYS AS IDENTITY, subject text NOT NULL, number bigint NOT NULL);
            DO $$ BEGIN
                CREATE ROLE ledger_login LOGIN PASSWORD 'secret' IN ROLE inbox_consumer;
            EXCEPTION WHEN duplicate_object THEN NULL;
            END $$;
            GRANT USAGE ON SCHEMA ledger TO ledger_login;
            GRANT INSERT ON ledger.applied TO ledger_login;
            """;

    private static final String WRITE = """
            WITH moved AS (
                UPDATE ledger.subject SET last = last + ? WHERE subject = ? RETURNING subject, last),
            written AS (
                INSERT INTO ledger.written (subject, number)
                SELECT subject, n FROM moved, generate_series(last - ? + 1, last) n
                RETURNING subject, number)
            INSERT INTO outbox.event (topic, subject, type, data, source, sequence)
            SELECT 'ledger', subject, 'ledger.entry', json_build_object('number', number), '/ledger',
                   CASE WHEN subject LIKE 'numbered%' THEN number END
            FROM written ORDER BY number
            """;

    private static final int SUBJECTS = 6;
    private static final int MOST_OF_A_SUBJECT = 5;
    private static final double ROLLED_BACK = 0.1;

    private final Sql sql;
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
    private final long seed;
    private volatile boolean silent;

    LedgerWriter(Sql sql, long seed) {
        this.sql = sql;
        this.seed = seed;
    }

    /** Two writers, each with so many transactions a second, as long as the database lets them. */
    void start(int perSecond) {
        for (int n = 0; n < 2; n++) {
            Random random = new Random(seed + n);
            var unused = clock.scheduleWithFixedDelay(() -> tick(random), 0, 1_000 / perSecond, TimeUnit.MILLISECONDS);
        }
    }

    /** From now on it commits without a notification, as a process that dies right then; or no longer so. */
    void silent(boolean now) {
        silent = now;
    }

    /** Returns when the last transaction is over. */
    void stop() {
        clock.shutdown();
        try {
            clock.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes once to each subject without a notification. */
    void writeSilently() throws SQLException {
        silent = true;
        try (Connection connection = sql.connect()) {
            connection.setAutoCommit(false);
            begin(connection);
            for (int n = 1; n <= SUBJECTS; n++) {
                write(connection, "plain-" + n, 1);
                write(connection, "numbered-" + n, 1);
            }
            connection.commit();
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private void tick(Random random) {
        int[] subjects = random.ints(1 + random.nextInt(3), 1, SUBJECTS + 1)
                .distinct()
                .sorted()
                .toArray();
        boolean commit = random.nextDouble() >= ROLLED_BACK;
        try (Connection connection = sql.connect()) {
            connection.setAutoCommit(false);
            begin(connection);
            for (String kind : Arrays.asList("numbered", "plain")) {
                for (int subject : subjects) {
                    write(connection, kind + "-" + subject, 1 + random.nextInt(MOST_OF_A_SUBJECT));
                }
            }
            if (commit) {
                connection.commit();
            } else {
                connection.rollback();
            }
        } catch (SQLException unavailable) {
            // Whether it was committed or not, ledger.written tells.
        }
    }

    private void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET statement_timeout = '20s'");
            if (silent) {
                statement.execute("SET outbox.ring = 'after_commit'");
            }
        }
    }

    private static void write(Connection connection, String subject, int count) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
            statement.setInt(1, count);
            statement.setString(2, subject);
            statement.setInt(3, count);
            statement.executeUpdate();
        }
    }

    /** Numbers that the last committed transactions have reached, for reports. */
    long written() {
        try (Connection connection = sql.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM ledger.written")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
