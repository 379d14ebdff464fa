package dev.vertxoutbox.outbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.templates.SqlTemplate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What operators do with the outbox: look, retry, discard, pause. Changes take the lock of the event's lane, so they
 * never race a drain; they fail with the database's {@code lock_not_available} (55P03) if a drain holds it for longer
 * than ten seconds.
 *
 * <p>Each Future fails with the database's error and nothing else unless said otherwise.
 */
public final class OutboxAdmin {

    // A loose index scan: one probe for each lane that holds events.
    private static final String LANES = """
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

    private static final String PENDING = LANES + """
            SELECT e.seq, e.id, e.topic, e.subject, e.type, e.data::text AS data, e.source, e.time, e.sequence,
                   e.traceparent, e.bucket, NULL::text AS reason, NULL::timestamptz AS parked_at, NULL::int AS behind
            FROM lane CROSS JOIN LATERAL (
                SELECT * FROM outbox.event e
                WHERE e.topic = lane.topic AND e.bucket = lane.bucket AND e.seq > #{after}
                  AND (#{subject}::text IS NULL OR e.subject = #{subject})
                ORDER BY e.seq LIMIT #{limit}) AS e
            WHERE (#{topic}::text IS NULL OR lane.topic = #{topic})
              AND (#{subject}::text IS NULL OR lane.bucket = (hashtext(#{subject}) & 63))
            ORDER BY e.seq LIMIT #{limit}
            """;

    private static final String PARKED = """
            SELECT seq, id, topic, subject, type, data::text AS data, source, time, sequence, traceparent, bucket,
                   coalesce(reason, 'waits behind an earlier event of its subject') AS reason, parked_at,
                   CASE WHEN reason IS NOT NULL THEN (
                       SELECT count(*) FROM outbox.parked_event later
                       WHERE later.topic = p.topic AND later.subject = p.subject AND later.seq > p.seq)::int
                   END AS behind
            FROM outbox.parked_event p
            WHERE seq > #{after}
              AND (#{topic}::text IS NULL OR topic = #{topic})
              AND (#{subject}::text IS NULL OR subject = #{subject})
            ORDER BY seq LIMIT #{limit}
            """;

    private static final String FIND_PARKED =
            "SELECT topic, bucket, subject FROM outbox.parked_event WHERE id = $1 ORDER BY seq LIMIT 1";

    private static final String LOCK =
            "SELECT pg_advisory_xact_lock" + OutboxStore.LANE_LOCK_KEYS + " FROM (SELECT $2::int) AS lane (bucket)";

    private static final String DISCARD = "DELETE FROM outbox.parked_event WHERE id = $1";

    private static final String FIRST_IS_TO_BLAME = """
            SELECT reason IS NOT NULL FROM outbox.parked_event
            WHERE topic = $1 AND subject = $2 ORDER BY seq LIMIT 1
            """;

    private static final String PUT_BACK = """
            WITH returned AS (
                DELETE FROM outbox.parked_event WHERE topic = $1 AND subject = $2
                RETURNING seq, id, topic, subject, type, data, source, time, sequence, traceparent)
            INSERT INTO outbox.event (seq, id, topic, subject, type, data, source, time, sequence, traceparent)
            SELECT seq, id, topic, subject, type, data, source, time, sequence, traceparent FROM returned ORDER BY seq
            """;

    // Relays must read the lane from its start again: whoever gets its lock next sees this. After the rows
    // are written, so that who sees it early counts this transaction among the writers.
    private static final String NEXT_EPOCH = "SELECT nextval('outbox.put_back')";

    // Exact while that is cheap; a large backlog is estimated from the rows in some 16 MiB of randomly chosen pages.
    private static final String BACKLOG = LANES + """
            SELECT CASE WHEN counted.events <= 10000 THEN counted.events ELSE greatest(counted.events, (
                       SELECT count(*) * greatest(1, pg_relation_size('outbox.event') / 16777216.0)
                       FROM outbox.event TABLESAMPLE SYSTEM (
                           100 / greatest(1, pg_relation_size('outbox.event') / 16777216.0))))::bigint END AS pending,
                   (SELECT count(*) FROM outbox.parked_event) AS parked,
                   (SELECT extract(epoch FROM clock_timestamp() - min(head.time))::double precision
                    FROM lane CROSS JOIN LATERAL (
                        SELECT e.time FROM outbox.event e
                        WHERE e.topic = lane.topic AND e.bucket = lane.bucket
                        ORDER BY e.seq LIMIT 1) AS head) AS oldest_age_seconds
            FROM (SELECT count(*) AS events FROM (SELECT FROM outbox.event LIMIT 10001) AS first) AS counted
            """;

    private final Pool pool;

    /** @param pool sessions that may do what {@code relay_app} may */
    public OutboxAdmin(Pool pool) {
        this.pool = pool;
    }

    /**
     * Events that wait to be sent, oldest first.
     *
     * @param topic only of this topic, or null
     * @param subject only of this subject, or null
     * @param afterSeq only behind this place, from the last event of the page before, or null
     * @param limit at most so many
     */
    public Future<List<ListedEvent>> pending(
            @Nullable String topic, @Nullable String subject, @Nullable Long afterSeq, int limit) {
        return list(PENDING, topic, subject, afterSeq, limit);
    }

    /** Parked events, and those that wait behind them, oldest first; parameters as in {@link #pending}. */
    public Future<List<ListedEvent>> parked(
            @Nullable String topic, @Nullable String subject, @Nullable Long afterSeq, int limit) {
        return list(PARKED, topic, subject, afterSeq, limit);
    }

    /**
     * Puts a parked event back into the outbox, and with it all that waits behind it, in order.
     *
     * @return how many events went back; 0 if no such event is parked
     */
    public Future<Integer> retry(UUID eventId) {
        return withLockedSubject(eventId, 0, OutboxAdmin::putBack);
    }

    /**
     * Deletes a parked event for good. If it was the one that blocked its subject, what waits behind it goes back into
     * the outbox, in order.
     *
     * @return false if no such event is parked
     */
    public Future<Boolean> discard(UUID eventId) {
        return withLockedSubject(
                eventId,
                false,
                (tx, subject) -> tx.preparedQuery(DISCARD)
                        .execute(Tuple.of(eventId))
                        .compose(discarded -> discarded.rowCount() == 0
                                ? Future.succeededFuture(false)
                                : release(tx, subject).map(true)));
    }

    /** Stops all relays from sending a topic, until {@link #resume}; its events wait. What is in flight is finished. */
    public Future<Void> pause(String topic) {
        return pool.preparedQuery("INSERT INTO outbox.paused_topic (topic) VALUES ($1) ON CONFLICT DO NOTHING")
                .execute(Tuple.of(topic))
                .mapEmpty();
    }

    /** Ends a pause, at once: the relays are woken. Does nothing for a topic that is not paused. */
    public Future<Void> resume(String topic) {
        return pool.preparedQuery("DELETE FROM outbox.paused_topic WHERE topic = $1")
                .execute(Tuple.of(topic))
                .compose(resumed -> pool.query("NOTIFY " + Doorbell.CHANNEL).execute())
                .mapEmpty();
    }

    /** The topics that are paused. */
    public Future<Set<String>> pausedTopics() {
        return pool.query("SELECT topic FROM outbox.paused_topic")
                .mapping(row -> row.getString(0))
                .execute()
                .map(rows -> Set.copyOf(OutboxStore.list(rows)));
    }

    /** How much waits: exact up to 10,000 pending events, an estimate beyond. Ask every few seconds, not for every request. */
    public Future<Backlog> backlog() {
        return pool.query(BACKLOG).execute().map(OutboxStore::first).map(Backlog::from);
    }

    private Future<List<ListedEvent>> list(
            String sql, @Nullable String topic, @Nullable String subject, @Nullable Long afterSeq, int limit) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("topic", topic);
        parameters.put("subject", subject);
        parameters.put("after", afterSeq == null ? 0L : afterSeq);
        parameters.put("limit", limit);
        return SqlTemplate.forQuery(pool, sql)
                .mapTo(ListedEvent::from)
                .execute(parameters)
                .map(OutboxStore::list);
    }

    private <T> Future<T> withLockedSubject(
            UUID eventId, T ifNotParked, BiFunction<SqlConnection, ParkedSubject, Future<T>> change) {
        return pool.withTransaction(tx -> tx.query("SET LOCAL lock_timeout = '10s'")
                .execute()
                .compose(set -> tx.preparedQuery(FIND_PARKED).execute(Tuple.of(eventId)))
                .compose(found -> {
                    if (found.size() == 0) {
                        return Future.succeededFuture(ifNotParked);
                    }
                    ParkedSubject subject = ParkedSubject.from(OutboxStore.first(found));
                    return tx.preparedQuery(LOCK)
                            .execute(Tuple.of(
                                    subject.lane().topic(), subject.lane().bucket()))
                            .compose(locked -> change.apply(tx, subject));
                }));
    }

    private static Future<Integer> release(SqlConnection tx, ParkedSubject subject) {
        return tx.preparedQuery(FIRST_IS_TO_BLAME).execute(subject.key()).compose(first -> {
            boolean stillBlocked = first.size() == 0 || OutboxStore.first(first).getBoolean(0);
            return stillBlocked ? Future.succeededFuture(0) : putBack(tx, subject);
        });
    }

    private static Future<Integer> putBack(SqlConnection tx, ParkedSubject subject) {
        return tx.preparedQuery(PUT_BACK)
                .execute(subject.key())
                .compose(returned -> tx.query(NEXT_EPOCH).execute().map(returned.rowCount()));
    }

    private record ParkedSubject(Lane lane, String subject) {

        static ParkedSubject from(Row row) {
            return new ParkedSubject(
                    new Lane(row.getString("topic"), row.getInteger("bucket")), row.getString("subject"));
        }

        Tuple key() {
            return Tuple.of(lane.topic(), subject);
        }
    }
}
