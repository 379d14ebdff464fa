package dev.vertxoutbox.benchmark.comparison;

import com.gruelbox.transactionoutbox.Dialect;
import com.gruelbox.transactionoutbox.Instantiator;
import com.gruelbox.transactionoutbox.Persistor;
import com.gruelbox.transactionoutbox.Submitter;
import com.gruelbox.transactionoutbox.TransactionManager;
import com.gruelbox.transactionoutbox.TransactionOutbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * {@code com.gruelbox:transactionoutbox-core}: a call of {@link Sender} is stored in the transaction, made by a thread of this
 * process after the commit, and deleted when it has returned. A background thread takes up what was left behind.
 */
final class TransactionOutboxLibrary implements Contender {
    private static final String ID = "id-of-the-template";
    private static final String SUBJECT = "subject-of-the-template";

    /** As many copies of the one row, each due now. */
    private static final String BACKLOG = """
            INSERT INTO txno_outbox SELECT (json_populate_record(template, json_build_object(
                'id', i.id, 'nextattempttime', now() - interval '1 second',
                'invocation', replace(replace(template.invocation, 'id-of-the-template', i.id), 'subject-of-the-template', i.id)))).*
            FROM txno_outbox AS template, (SELECT gen_random_uuid()::text AS id FROM generate_series(1, %d)) AS i
            WHERE template.invocation LIKE '%%id-of-the-template%%'
            """;

    private static final String DELETE_TEMPLATE =
            "DELETE FROM txno_outbox WHERE invocation LIKE '%id-of-the-template%'";
    private static final int WAITING_CALLS = 16_384;
    private static final Duration FLUSH_INTERVAL = Duration.ofMillis(100);

    private final DataSource database;
    private final TransactionManager transactions;
    private final TransactionOutbox outbox;

    /** What is called; public because the library calls it by reflection. */
    public interface Sender {
        void send(String id, String subject, String data);
    }

    /** @param threads that send, each with a connection of its own */
    TransactionOutboxLibrary(DataSource database, SendQueue queue, int threads) {
        this.database = database;
        this.transactions = TransactionManager.fromDataSource(database);
        Sender sender = (id, subject, data) -> {
            if (!id.equals(ID)) {
                queue.send(new Event(id, subject, data)).join();
            }
        };
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(threads, threads, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(WAITING_CALLS));
        Submitter submitter = Submitter.withExecutor(executor);
        this.outbox = TransactionOutbox.builder()
                .transactionManager(transactions)
                .persistor(Persistor.forDialect(Dialect.POSTGRESQL_9))
                .instantiator(Instantiator.using(type -> sender))
                .submitter((entry, run) -> {
                    if (!ID.equals(entry.getInvocation().getArgs()[0])) {
                        submitter.submit(entry, run);
                    }
                })
                .build();
        Thread flusher = new Thread(this::flushForEver, "flusher");
        flusher.setDaemon(true);
        flusher.start();
    }

    private void flushForEver() {
        while (true) {
            if (!outbox.flush()) {
                LockSupport.parkNanos(FLUSH_INTERVAL.toNanos());
            }
        }
    }

    @Override
    public void leaveBehind(int events) throws SQLException {
        transactions.inTransaction(() -> outbox.schedule(Sender.class).send(ID, SUBJECT, Event.DATA));
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(BACKLOG.formatted(events));
            statement.execute(DELETE_TEMPLATE);
        }
    }

    @Override
    public String commit(String subject) {
        String id = UUID.randomUUID().toString();
        transactions.inTransaction(() -> outbox.schedule(Sender.class).send(id, subject, Event.DATA));
        return id;
    }
}
