package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** The tables {@code inbox.processed} and {@code inbox.position}, as one consumer sees them. */
final class ProcessedStore {
    private static final String FIND = """
            SELECT EXISTS (SELECT 1 FROM inbox.processed WHERE consumer = $1 AND event_id = $2) AS processed,
                   (SELECT sequence FROM inbox.position WHERE consumer = $1 AND source = $3 AND subject = $4) AS last
            """;

    // Waits for an open transaction that inserted the same key: then it either committed, and this is a duplicate, or
    // it rolled back, and this one goes on.
    private static final String CLAIM = """
            INSERT INTO inbox.processed (consumer, event_id, event_type) VALUES ($1, $2, $3)
            ON CONFLICT (consumer, event_id) DO NOTHING
            """;

    private static final String MOVE_POSITION = """
            ON CONFLICT (consumer, source, subject) DO UPDATE
            SET previous = p.sequence, sequence = greatest(p.sequence, excluded.sequence), seen_on = current_date
            """;

    private static final String CLAIM_NUMBERED = """
            WITH claimed AS (
                INSERT INTO inbox.processed (consumer, event_id, event_type) VALUES ($1, $2, $3)
                ON CONFLICT (consumer, event_id) DO NOTHING
                RETURNING consumer),
            moved AS (
                INSERT INTO inbox.position AS p (consumer, source, subject, sequence)
                SELECT consumer, $4, $5, $6 FROM claimed
                %s
                RETURNING previous)
            SELECT NOT EXISTS (SELECT 1 FROM claimed) AS processed, (SELECT previous FROM moved) AS last
            """.formatted(MOVE_POSITION);

    // In the order of the ids, and then of the subjects: transactions that insert the same ones in
    // different orders would wait for each other. The sort for the second insert ends the first one before
    // it begins.
    private static final String CLAIM_ALL = """
            WITH incoming AS MATERIALIZED (
                SELECT event_id, event_type, source, subject, sequence
                FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[])
                     AS e (event_id, event_type, source, subject, sequence)),
            claimed AS (
                INSERT INTO inbox.processed (consumer, event_id, event_type)
                SELECT $1, event_id, event_type FROM incoming ORDER BY event_id
                ON CONFLICT (consumer, event_id) DO NOTHING
                RETURNING event_id),
            moved AS (
                INSERT INTO inbox.position AS p (consumer, source, subject, sequence)
                SELECT $1, source, subject, sequence FROM incoming JOIN claimed USING (event_id)
                WHERE sequence IS NOT NULL ORDER BY source, subject
                %s
                RETURNING source, subject, previous)
            SELECT event_id, claimed.event_id IS NULL AS processed, moved.previous AS last
            FROM incoming LEFT JOIN claimed USING (event_id)
                 LEFT JOIN moved ON sequence IS NOT NULL
                       AND moved.source = incoming.source AND moved.subject = incoming.subject
            """.formatted(MOVE_POSITION);

    private static final String PASS = """
            INSERT INTO inbox.position AS p (consumer, source, subject, sequence) VALUES ($1, $2, $3, $4)
            """ + MOVE_POSITION;

    private static final String FORGET = """
            DELETE FROM inbox.processed p
            USING (SELECT event_id FROM inbox.processed
                   WHERE consumer = $1 AND processed_at < now() - make_interval(secs => $2)
                   ORDER BY processed_at LIMIT $3) old
            WHERE p.consumer = $1 AND p.event_id = old.event_id
            """;

    // The day is looked at again, as the row may have moved on since the inner select; a whole day is added, as seen_on
    // is the day's beginning.
    private static final String FORGET_POSITIONS = """
            DELETE FROM inbox.position p
            USING (SELECT source, subject FROM inbox.position
                   WHERE consumer = $1 AND seen_on < (now() - make_interval(secs => $2))::date - 1
                   ORDER BY seen_on LIMIT $3) old
            WHERE p.consumer = $1 AND p.source = old.source AND p.subject = old.subject
              AND p.seen_on < (now() - make_interval(secs => $2))::date - 1
            """;

    private final Pool pool;
    private final String consumer;

    ProcessedStore(Pool pool, String consumer) {
        this.pool = pool;
        this.consumer = consumer;
    }

    Future<Seen> find(InboxEvent event) {
        return pool.preparedQuery(FIND)
                .execute(Tuple.of(consumer, event.id(), event.source(), event.subject()))
                .map(ProcessedStore::seen);
    }

    /** Records the event within the transaction, unless it was before, and how far its subject has come with it. */
    Future<Seen> claim(SqlConnection tx, InboxEvent event) {
        Long sequence = event.sequence();
        return sequence == null
                ? claim(tx, event.id(), event.type()).map(isNew -> new Seen(!isNew, null))
                : tx.preparedQuery(CLAIM_NUMBERED)
                        .execute(
                                Tuple.of(consumer, event.id(), event.type(), event.source(), event.subject(), sequence))
                        .map(ProcessedStore::seen);
    }

    /**
     * The same for several events.
     *
     * @param events all different, and of different subjects where they are numbered
     * @return what was seen before each, in their order
     */
    Future<List<Seen>> claim(SqlConnection tx, List<InboxEvent> events) {
        Tuple columns = Tuple.of(
                consumer,
                events.stream().map(InboxEvent::id).toArray(UUID[]::new),
                events.stream().map(InboxEvent::type).toArray(String[]::new),
                events.stream().map(InboxEvent::source).toArray(String[]::new),
                events.stream().map(InboxEvent::subject).toArray(String[]::new),
                events.stream().map(InboxEvent::sequence).toArray(Long[]::new));
        return tx.preparedQuery(CLAIM_ALL).execute(columns).map(rows -> {
            Map<UUID, Seen> seen = new HashMap<>();
            rows.forEach(row -> seen.put(row.getUUID("event_id"), seen(row)));
            return events.stream()
                    .map(event -> Objects.requireNonNull(seen.get(event.id())))
                    .toList();
        });
    }

    private Future<Boolean> claim(SqlConnection tx, UUID eventId, String eventType) {
        return tx.preparedQuery(CLAIM)
                .execute(Tuple.of(consumer, eventId, eventType))
                .map(inserted -> inserted.rowCount() == 1);
    }

    /** Records that an event without effect was seen, so that its successor meets no gap. */
    Future<Void> pass(InboxEvent event) {
        return pool.preparedQuery(PASS)
                .execute(Tuple.of(consumer, event.source(), event.subject(), event.sequence()))
                .mapEmpty();
    }

    /** Deletes some of the events older than the retention; answers how many. */
    Future<Integer> forget(Duration retention, int most) {
        return delete(FORGET, retention, most);
    }

    /** The same for subjects of which nothing was seen for so long. */
    Future<Integer> forgetPositions(Duration retention, int most) {
        return delete(FORGET_POSITIONS, retention, most);
    }

    private Future<Integer> delete(String statement, Duration retention, int most) {
        return pool.preparedQuery(statement)
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

    private static Seen seen(RowSet<Row> rows) {
        return seen(rows.iterator().next());
    }

    private static Seen seen(Row row) {
        return new Seen(row.getBoolean("processed"), row.getLong("last"));
    }
}
