package dev.vertxoutbox.benchmark.comparison;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * A scheduled method with blocking JDBC: in one transaction it locks the oldest rows, sends them in one request, and deletes
 * all of them whatever the answer says.
 */
final class NaivePoller implements Contender {
    private static final String TABLE = """
            CREATE TABLE IF NOT EXISTS naive_outbox (
                id bigserial PRIMARY KEY, aggregate_id text NOT NULL, event_type text NOT NULL, payload json NOT NULL)
            """;
    private static final String OLDEST =
            "SELECT id, aggregate_id, payload FROM naive_outbox ORDER BY id LIMIT ? FOR UPDATE";
    private static final String DELETE = "DELETE FROM naive_outbox WHERE id = ANY (?)";
    private static final String INSERT =
            "INSERT INTO naive_outbox (aggregate_id, event_type, payload) VALUES (?, 'flight.booked', ?::json) RETURNING id";
    private static final String BACKLOG = "INSERT INTO naive_outbox (aggregate_id, event_type, payload) SELECT"
            + " md5(i::text)::uuid, 'flight.booked', " + Event.DATA_SQL + " FROM generate_series(1, %d) AS i";

    private static final Duration PAUSE_WHEN_EMPTY = Duration.ofMillis(100);

    private final DataSource database;
    private final SendQueue queue;
    private final int batch;
    private final Duration pause;

    /**
     * Starts to poll.
     *
     * @param batch rows at a time
     * @param pause between two polls; zero to go on at once as long as there are rows
     */
    NaivePoller(DataSource database, SendQueue queue, int batch, Duration pause) throws SQLException {
        this.database = database;
        this.queue = queue;
        this.batch = batch;
        this.pause = pause;
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
        }
        Thread poller = new Thread(this::pollForEver, "poller");
        poller.setDaemon(true);
        poller.start();
    }

    private void pollForEver() {
        while (true) {
            try {
                int sent = poll();
                LockSupport.parkNanos((sent == 0 && pause.isZero() ? PAUSE_WHEN_EMPTY : pause).toNanos());
            } catch (SQLException | RuntimeException e) {
                throw new IllegalStateException("The poller has ended", e);
            }
        }
    }

    private int poll() throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            List<Event> events = oldest(connection);
            if (!events.isEmpty()) {
                queue.sendBatch(events);
                delete(connection, events);
            }
            connection.commit();
            return events.size();
        }
    }

    private List<Event> oldest(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(OLDEST)) {
            select.setInt(1, batch);
            List<Event> events = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    events.add(new Event(rows.getString(1), rows.getString(2), rows.getString(3)));
                }
            }
            return events;
        }
    }

    private static void delete(Connection connection, List<Event> events) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
            Object[] ids =
                    events.stream().map(event -> Long.valueOf(event.id())).toArray();
            delete.setArray(1, connection.createArrayOf("bigint", ids));
            delete.executeUpdate();
        }
    }

    @Override
    public void leaveBehind(int events) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(BACKLOG.formatted(events));
        }
    }

    @Override
    public String commit(String subject) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                insert.setString(1, subject);
                insert.setString(2, Event.DATA);
                try (ResultSet id = insert.executeQuery()) {
                    id.next();
                    String deduplicationId = id.getString(1);
                    connection.commit();
                    return deduplicationId;
                }
            }
        }
    }
}
