package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.UUID;

/** The table {@code inbox.processed}, as one consumer sees it. */
final class ProcessedStore {
    private static final String FIND = "SELECT 1 FROM inbox.processed WHERE consumer = $1 AND event_id = $2";

    // Waits for an open transaction that inserted the same key: then it either committed, and this is a duplicate, or
    // it rolled back, and this one goes on.
    private static final String CLAIM = """
            INSERT INTO inbox.processed (consumer, event_id, event_type) VALUES ($1, $2, $3)
            ON CONFLICT (consumer, event_id) DO NOTHING
            """;

    private static final String FORGET = """
            DELETE FROM inbox.processed p
            USING (SELECT event_id FROM inbox.processed
                   WHERE consumer = $1 AND processed_at < now() - make_interval(secs => $2)
                   ORDER BY processed_at LIMIT $3) old
            WHERE p.consumer = $1 AND p.event_id = old.event_id
            """;

    private final Pool pool;
    private final String consumer;

    ProcessedStore(Pool pool, String consumer) {
        this.pool = pool;
        this.consumer = consumer;
    }

    Future<Boolean> isProcessed(UUID eventId) {
        return pool.preparedQuery(FIND).execute(Tuple.of(consumer, eventId)).map(rows -> rows.size() > 0);
    }

    /** Records the event within the transaction; false when it was recorded before. */
    Future<Boolean> claim(SqlConnection tx, UUID eventId, String eventType) {
        return tx.preparedQuery(CLAIM)
                .execute(Tuple.of(consumer, eventId, eventType))
                .map(inserted -> inserted.rowCount() == 1);
    }

    /** Deletes some of the rows older than the retention; answers how many. */
    Future<Integer> forget(Duration retention, int most) {
        return pool.preparedQuery(FORGET)
                .execute(Tuple.of(consumer, (double) retention.toSeconds(), most))
                .map(SqlResult::rowCount);
    }

    /** Does what recording an event takes, and takes it back: a database that only answers reads fails it. */
    Future<Void> probe() {
        return pool.withConnection(connection -> connection
                        .begin()
                        .compose(tx ->
                                claim(connection, UUID.randomUUID(), "probe").eventually(tx::rollback)))
                .mapEmpty();
    }
}
