package dev.vertxoutbox.outbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What a relay does with the outbox. A drain is one transaction: {@link #tryLock} in a statement of its own, then
 * {@link #claim}, publish, {@link #delete} what was acknowledged, commit.
 *
 * <p>Each method's Future fails with the database's error and nothing else. Stateless.
 */
public final class OutboxStore {

    // A loose index scan: one probe for each lane that holds events, however many events there are.
    static final String LANES = """
            WITH RECURSIVE lane AS (
                (SELECT topic, bucket FROM outbox.event ORDER BY topic, bucket LIMIT 1)
                UNION ALL
                SELECT next.topic, next.bucket
                FROM lane CROSS JOIN LATERAL (
                    SELECT topic, bucket FROM outbox.event e
                    WHERE (e.topic, e.bucket) > (lane.topic, lane.bucket)
                    ORDER BY e.topic, e.bucket LIMIT 1) AS next
            )
            """;

    private static final String SENDABLE_LANES =
            LANES + "SELECT topic, bucket FROM lane WHERE topic NOT IN (SELECT topic FROM outbox.paused_topic)";

    // The first key names the outbox ("outb" in ASCII) among an application's advisory locks; the second is the lane:
    // the bucket's six bits below the hash of the topic. Topics whose hashes collide only wait for each other.
    static final String LANE_LOCK_KEYS = "(1869968482, (hashtext($1) << 6) | $2::int)";

    private static final String TRY_LOCK = "SELECT pg_try_advisory_xact_lock" + LANE_LOCK_KEYS;

    // Bounded in rows and in bytes; the first event always comes, whatever its size.
    private static final String CLAIM = """
            SELECT seq, id, topic, subject, type, data, source, time, sequence, traceparent,
                   EXISTS (SELECT FROM outbox.parked_event p WHERE p.topic = e.topic AND p.subject = e.subject) AS blocked
            FROM (SELECT seq, id, topic, subject, type, data::text AS data, source, time, sequence, traceparent,
                         sum(octet_length(data::text)) OVER (ORDER BY seq) - octet_length(data::text) AS bytes_before
                  FROM (SELECT * FROM outbox.event
                        WHERE topic = $1 AND bucket = $2
                        ORDER BY seq LIMIT $3) AS oldest) AS e
            WHERE bytes_before < $4
            ORDER BY seq
            """;

    private static final String DELETE =
            "DELETE FROM outbox.event WHERE topic = $1 AND bucket = $2 AND seq = ANY ($3::bigint[])";

    private static final String PARK = """
            WITH unsendable AS (
                DELETE FROM outbox.event WHERE topic = $1 AND bucket = $2 AND seq = ANY ($3::bigint[])
                RETURNING seq, id, topic, subject, type, data, source, time, sequence, traceparent, bucket)
            INSERT INTO outbox.parked_event
                   (seq, id, topic, subject, type, data, source, time, sequence, traceparent, bucket, reason)
            SELECT seq, id, topic, subject, type, data, source, time, sequence, traceparent, bucket, $4
            FROM unsendable
            """;

    /** Channel of the notifications that announce events: {@code LISTEN outbox_event}. Only a hint; poll as well. */
    public static final String CHANNEL = Doorbell.CHANNEL;

    /** The lanes that hold events of topics that are not paused; cheap whatever the backlog. */
    public Future<List<Lane>> lanes(SqlConnection connection) {
        return connection
                .preparedQuery(SENDABLE_LANES)
                .mapping(row -> new Lane(row.getString(0), row.getInteger(1)))
                .execute()
                .map(OutboxStore::list);
    }

    /**
     * Takes the lane's lock until the end of the transaction, if nobody holds it. It must be the transaction's first
     * statement and not be joined with another: a statement that both waits for its turn and reads would read what was
     * there before its turn.
     */
    public Future<Boolean> tryLock(SqlConnection tx, Lane lane) {
        return tx.preparedQuery(TRY_LOCK)
                .execute(key(lane))
                .map(rows -> first(rows).getBoolean(0));
    }

    /**
     * The oldest events of a lane, in order. The transaction must hold the lane's lock.
     *
     * @param maxEvents at most so many events, at least 1
     * @param maxBytes no further event once the payloads before it have so many bytes, so that memory stays bounded by
     *     this plus one event
     */
    public Future<List<ClaimedEvent>> claim(SqlConnection tx, Lane lane, int maxEvents, long maxBytes) {
        return tx.preparedQuery(CLAIM)
                .mapping(ClaimedEvent::from)
                .execute(key(lane).addInteger(maxEvents).addLong(maxBytes))
                .map(OutboxStore::list);
    }

    /** Removes events that the queue has acknowledged. The transaction must hold the lane's lock. */
    public Future<Void> delete(SqlConnection tx, Lane lane, List<Long> seqs) {
        return tx.preparedQuery(DELETE)
                .execute(key(lane).addArrayOfLong(seqs.toArray(Long[]::new)))
                .mapEmpty();
    }

    /**
     * Parks an event that can never be sent as it is. Its subject is blocked until an operator retries or discards it.
     * The transaction must hold the lane's lock.
     *
     * @param reason what is wrong with it, for the operator
     */
    public Future<Void> park(SqlConnection tx, Lane lane, long seq, String reason) {
        return tx.preparedQuery(PARK)
                .execute(key(lane).addArrayOfLong(new Long[] {seq}).addString(reason))
                .mapEmpty();
    }

    /**
     * Moves events of blocked subjects behind the parked ones, where they wait in order without being claimed again. The
     * transaction must hold the lane's lock.
     */
    public Future<Void> parkBehind(SqlConnection tx, Lane lane, List<Long> seqs) {
        return tx.preparedQuery(PARK)
                .execute(key(lane).addArrayOfLong(seqs.toArray(Long[]::new)).addString(null))
                .mapEmpty();
    }

    static Tuple key(Lane lane) {
        return Tuple.of(lane.topic(), lane.bucket());
    }

    static Row first(RowSet<Row> rows) {
        return rows.iterator().next();
    }

    static <T> List<T> list(RowSet<T> rows) {
        return StreamSupport.stream(rows.spliterator(), false).toList();
    }
}
