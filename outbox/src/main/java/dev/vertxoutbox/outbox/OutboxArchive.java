package dev.vertxoutbox.outbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;

/**
 * Events that were sent and are kept: those that an {@link OutboxStore} with archiving on has deleted from the outbox.
 *
 * <p>Each Future fails with the database's error and nothing else unless said otherwise.
 */
public final class OutboxArchive {

    /** Most events of one {@link #replay}. */
    public static final int MAX_EVENTS = 10_000;

    // By subject and seq, the order of the index, so that every call goes on where the one before ended and none sorts.
    // An event is not sent before its time: with a day's grace for clocks that were set, the partitions before 'from'
    // need not be looked at. What is deleted is what is inserted: two replays at once share the events between them.
    private static final String REPLAY = """
            WITH chosen AS MATERIALIZED (
                SELECT subject, seq, sent_at FROM outbox.archive
                WHERE topic = $1 AND ($2::text IS NULL OR subject = $2) AND (subject, seq) > ($3, $4)
                  AND sent_at < coalesce($5::timestamptz, now())
                  AND ($6::timestamptz IS NULL OR (time >= $6 AND sent_at >= $6 - interval '1 day'))
                  AND ($7::timestamptz IS NULL OR time < $7)
                ORDER BY subject, seq LIMIT $8),
            moved AS (
                DELETE FROM outbox.archive a USING chosen c
                WHERE a.topic = $1 AND a.subject = c.subject AND a.seq = c.seq AND a.sent_at = c.sent_at
                RETURNING a.seq, a.id, a.topic, a.subject, a.type, a.data, a.source, a.time, a.sequence, a.traceparent),
            returned AS (
                INSERT INTO outbox.event (id, topic, subject, type, data, source, time, sequence, traceparent)
                SELECT CASE WHEN $9::boolean THEN gen_random_uuid() ELSE id END,
                       topic, subject, type, data, source, time, sequence, traceparent
                FROM moved ORDER BY seq
                RETURNING 1)
            SELECT (SELECT count(*)::int FROM returned) AS events, (SELECT count(*)::int FROM chosen) AS chosen,
                   coalesce($5, now()) AS started_at, last.subject, last.seq
            FROM (SELECT 1) AS always
            LEFT JOIN (SELECT subject, seq FROM chosen ORDER BY subject DESC, seq DESC LIMIT 1) AS last ON true
            """;

    // For this transaction: bounded, and every event is looked up in its own partition by the index. The planner, which
    // does not know that, would rather read the whole archive to join it.
    private static final String SETTINGS = """
            SET LOCAL statement_timeout = '60s';
            SET LOCAL enable_hashjoin = off;
            SET LOCAL enable_mergejoin = off;
            SET LOCAL enable_seqscan = off
            """;

    private final Pool pool;

    /** @param pool sessions that may do what {@code relay_app} may */
    public OutboxArchive(Pool pool) {
        this.pool = pool;
    }

    /**
     * Moves archived events back into the outbox, to be sent again as they are, those of a subject in their order, behind
     * everything that waits already. One transaction: an event is in the archive or in the outbox. Sent again, it is
     * archived again; replaying twice doubles nothing.
     *
     * <p>A call moves a bounded number of events; call again with the result's cursor until it has none. A replay only
     * meets events that were sent before its first call, so it ends, whatever is sent meanwhile.
     *
     * <p>SQS drops an id that it has seen within five minutes: events sent a moment ago reach nobody if they are replayed
     * under the same id.
     *
     * @return fails with {@link IllegalArgumentException} for a cursor that is none, and with {@code query_canceled}
     *     (57014) if the search takes more than a minute: ask for a later {@code from}
     */
    public Future<Replay.Result> replay(Replay replay) {
        ReplayCursor after;
        try {
            after = ReplayCursor.decode(replay.cursor());
        } catch (IllegalArgumentException unknown) {
            return Future.failedFuture(unknown);
        }
        Tuple parameters = Tuple.of(replay.topic(), replay.subject(), after.subject(), after.seq(), after.startedAt())
                .addOffsetDateTime(replay.from())
                .addOffsetDateTime(replay.to())
                .addInteger(replay.limit())
                .addBoolean(replay.newIds());
        return pool.withTransaction(tx -> tx.query(SETTINGS)
                .execute()
                .compose(set -> tx.preparedQuery(REPLAY).execute(parameters))
                .map(rows -> result(OutboxStore.first(rows), replay.limit())));
    }

    /** Whether nothing is archived at all, of any topic. */
    public Future<Boolean> isEmpty() {
        return pool.query("SELECT NOT EXISTS (SELECT FROM outbox.archive)")
                .execute()
                .map(rows -> OutboxStore.first(rows).getBoolean(0));
    }

    /**
     * Makes the archive's partitions for the days to come and removes those whose events were sent longer ago. To be
     * called every few hours by one relay at least; any number may. Fails with {@code lock_not_available} (55P03) if the
     * archive is in use by something that takes longer than a second; nothing has changed then, and drains go on.
     *
     * @param days how long to keep an event, in whole days by UTC, 1 to 3650
     * @return false if there is more to do: call again soon
     */
    public Future<Boolean> keep(int days) {
        return pool.preparedQuery("SELECT outbox.keep_archive($1)")
                .execute(Tuple.of(days))
                .map(rows -> OutboxStore.first(rows).getBoolean(0));
    }

    private static Replay.Result result(Row row, int limit) {
        boolean mayBeMore = row.getInteger("chosen") == limit;
        return new Replay.Result(
                row.getInteger("events"), mayBeMore ? ReplayCursor.from(row).encode() : null);
    }
}
