package dev.vertxoutbox.outbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What a relay does with the outbox. A drain is one transaction: {@link #tryLock} in a statement of its own, then
 * {@link #claim}, publish, {@link #delete} what was acknowledged, commit.
 *
 * <p>Each method's Future fails with the database's error and nothing else. Stateless.
 */
public final class OutboxStore {

    private static final String EPOCH =
            "(extract(epoch FROM pg_postmaster_start_time()) || '/' || (SELECT last_value || '/' || is_called FROM outbox.put_back))";

    // An INSERT locks the table before it draws a number for the row, and until its transaction ends.
    private static final String HORIZON = """
            SELECT %s,
                   (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM outbox.event_seq_seq),
                   ARRAY(SELECT virtualtransaction FROM pg_locks
                         WHERE locktype = 'relation' AND relation = 'outbox.event'::regclass
                           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                           AND mode = 'RowExclusiveLock')
            """.formatted(EPOCH);

    /** In a lane with so many events it is not looked whether all of them are to be left alone. */
    static final int MAX_HELD_EVENTS = 100;

    // A loose index scan: one probe for each lane that holds events, however many events there are. Floors cut the
    // index into gaps, and it looks into the gaps only: a gap begins above one lane's floor and ends where the next
    // floor's lane begins. Without floors there is one gap, from end to end.
    private static final String LANES = """
            WITH RECURSIVE floor AS (
                SELECT topic, bucket::smallint, seq
                FROM unnest($1::text[], $2::int[], $3::bigint[]) AS f (topic, bucket, seq)
                WHERE $4 = %1$s
                UNION ALL
                SELECT '', 0::smallint, 0::bigint
            ), gap AS (
                SELECT topic, bucket, seq, lead(topic, 1, chr(1114111)) OVER ascending AS end_topic,
                       lead(bucket, 1, 0::smallint) OVER ascending AS end_bucket
                FROM floor WINDOW ascending AS (ORDER BY topic COLLATE "C", bucket)
            ), lane AS (
                SELECT head.topic, head.bucket, head.seq, gap.end_topic, gap.end_bucket
                FROM gap CROSS JOIN LATERAL (
                    SELECT topic, bucket, seq FROM outbox.event e
                    WHERE (e.topic, e.bucket, e.seq) > (gap.topic, gap.bucket, gap.seq)
                      AND (e.topic, e.bucket) < (gap.end_topic, gap.end_bucket)
                    ORDER BY e.topic, e.bucket, e.seq LIMIT 1) AS head
                UNION ALL
                SELECT head.topic, head.bucket, head.seq, lane.end_topic, lane.end_bucket
                FROM lane CROSS JOIN LATERAL (
                    SELECT topic, bucket, seq FROM outbox.event e
                    WHERE (e.topic, e.bucket) > (lane.topic, lane.bucket)
                      AND (e.topic, e.bucket) < (lane.end_topic, lane.end_bucket)
                    ORDER BY e.topic, e.bucket, e.seq LIMIT 1) AS head
            )
            SELECT topic, bucket, seq, topic IN (SELECT topic FROM outbox.paused_topic),
                   cardinality($6::text[]) > 0 AND NOT EXISTS (
                       SELECT FROM (SELECT e.topic, e.subject, row_number() OVER (ORDER BY e.seq) AS place
                                    FROM outbox.event e
                                    WHERE e.topic = lane.topic AND e.bucket = lane.bucket AND e.seq >= lane.seq
                                    ORDER BY e.seq LIMIT %2$d) AS oldest
                       WHERE place = %2$d
                          OR (oldest.topic, oldest.subject) NOT IN (SELECT * FROM unnest($5::text[], $6::text[])))
            FROM lane
            """.formatted(EPOCH, MAX_HELD_EVENTS);

    // The first key names the outbox ("outb" in ASCII) among an application's advisory locks; the second is the lane:
    // the bucket's six bits below the hash of the topic. Topics whose hashes collide only wait for each other.
    static final String LANE_LOCK_KEYS = "(1869968482, (hashtext($1) << 6) | bucket)";

    // What is locked is noted for the transaction, so that the claim needs no answer to this to know it.
    private static final String TRY_LOCK = """
            SELECT locked.buckets, set_config('outbox.locked', locked.buckets::text, true)
            FROM (SELECT ARRAY(SELECT bucket FROM unnest($2::int[]) AS bucket
                               WHERE pg_try_advisory_xact_lock%s)) AS locked (buckets)
            """.formatted(LANE_LOCK_KEYS);

    // Bounded in rows and in bytes; the first event always comes, whatever its size.
    private static final String CLAIM = """
            SELECT seq, id, topic, bucket, subject, type, data, source, time, sequence, traceparent,
                   EXISTS (SELECT FROM outbox.parked_event p WHERE p.topic = e.topic AND p.subject = e.subject) AS blocked
            FROM (SELECT seq, id, topic, oldest.bucket, subject, type, data::text AS data, source, time, sequence,
                         traceparent,
                         sum(octet_length(data::text)) OVER (ORDER BY seq) - octet_length(data::text) AS bytes_before
                  FROM unnest($2::int[], $3::bigint[]) AS lane (bucket, floor)
                  CROSS JOIN LATERAL (
                        SELECT * FROM outbox.event
                        WHERE topic = $1 AND bucket = lane.bucket AND subject <> ALL ($4::text[])
                          AND seq > CASE WHEN $5 = %s THEN lane.floor ELSE 0 END
                        ORDER BY seq LIMIT $6) AS oldest
                  WHERE lane.bucket = ANY (nullif(current_setting('outbox.locked', true), '')::int[])) AS e
            WHERE bytes_before < $7
            ORDER BY seq
            """.formatted(EPOCH);

    private static final String DELETE =
            "DELETE FROM outbox.event WHERE topic = $1 AND bucket = ANY ($2::int[]) AND seq = ANY ($3::bigint[])";

    private static final String ARCHIVE = """
            WITH sent AS (
                DELETE FROM outbox.event WHERE topic = $1 AND bucket = ANY ($2::int[]) AND seq = ANY ($3::bigint[])
                RETURNING seq, id, topic, subject, type, data, source, time, sequence, traceparent)
            INSERT INTO outbox.archive (seq, id, topic, subject, type, data, source, time, sequence, traceparent)
            SELECT seq, id, topic, subject, type, data, source, time, sequence, traceparent FROM sent
            """;

    private static final String PARK = """
            WITH unsendable AS (
                DELETE FROM outbox.event WHERE topic = $1 AND bucket = ANY ($2::int[]) AND seq = ANY ($3::bigint[])
                RETURNING seq, id, topic, subject, type, data, source, time, sequence, traceparent, bucket)
            INSERT INTO outbox.parked_event
                   (seq, id, topic, subject, type, data, source, time, sequence, traceparent, bucket, reason)
            SELECT seq, id, topic, subject, type, data, source, time, sequence, traceparent, bucket, $4
            FROM unsendable
            """;

    /** Channel of the notifications that announce events: {@code LISTEN outbox_event}. Only a hint; poll as well. */
    public static final String CHANNEL = Doorbell.CHANNEL;

    private final String delete;

    /** Without an archive: what is sent is gone. */
    public OutboxStore() {
        this(false);
    }

    /** @param archive whether {@link #delete} moves events to {@code outbox.archive}; see {@link OutboxArchive} */
    public OutboxStore(boolean archive) {
        this.delete = archive ? ARCHIVE : DELETE;
    }

    /**
     * The lanes that hold events, each with its oldest one; cheap whatever the backlog.
     *
     * @param floors where to begin to read in each lane
     * @param exceptSubjects subjects whose events are left alone: a lane that holds fewer than 100 events, all of them
     *     theirs, is found {@link LaneHead#held()}
     */
    public Future<List<LaneHead>> lanes(
            SqlConnection connection, Floors floors, Map<Lane, Set<String>> exceptSubjects) {
        List<Lane> lanes = List.copyOf(floors.places().keySet());
        List<String> exceptTopics = new ArrayList<>();
        List<String> except = new ArrayList<>();
        exceptSubjects.forEach((lane, subjects) -> subjects.forEach(subject -> {
            exceptTopics.add(lane.topic());
            except.add(subject);
        }));
        return connection
                .preparedQuery(LANES)
                .mapping(row -> new LaneHead(
                        new Lane(row.getString(0), row.getInteger(1)),
                        row.getLong(2),
                        row.getBoolean(3),
                        row.getBoolean(4)))
                .execute(Tuple.of(
                        lanes.stream().map(Lane::topic).toArray(String[]::new),
                        lanes.stream().map(Lane::bucket).toArray(Integer[]::new),
                        lanes.stream().map(floors::of).toArray(Long[]::new),
                        floors.epoch(),
                        exceptTopics.toArray(String[]::new),
                        except.toArray(String[]::new)))
                .map(OutboxStore::list);
    }

    /** Where new events can appear. */
    public Future<Horizon> horizon(SqlConnection connection) {
        return connection
                .preparedQuery(HORIZON)
                .execute()
                .map(OutboxStore::first)
                .map(row ->
                        new Horizon(row.getString(0), row.getLong(1), Set.copyOf(List.of(row.getArrayOfStrings(2)))));
    }

    /**
     * Takes the locks of those lanes that nobody holds, until the end of the transaction. It must be the transaction's
     * first statement and not be joined with another: a statement that both waits for its turn and reads would read what
     * was there before its turn.
     *
     * @return the lanes that are locked now
     */
    public Future<Set<Lane>> tryLock(SqlConnection tx, LaneGroup lanes) {
        return tx.preparedQuery(TRY_LOCK)
                .execute(key(lanes))
                .map(rows -> lanes(lanes.topic(), first(rows).getArrayOfIntegers(0)));
    }

    /**
     * The oldest events of those lanes that {@link #tryLock} has locked in this transaction, in order; of others it finds
     * none. It may be sent without waiting for the answer to {@code tryLock}.
     */
    public Future<List<ClaimedEvent>> claim(SqlConnection tx, Claim claim) {
        LaneGroup lanes = claim.lanes();
        return tx.preparedQuery(CLAIM)
                .mapping(ClaimedEvent::from)
                .execute(key(lanes)
                        .addArrayOfLong(
                                lanes.lanes().stream().map(claim.floors()::of).toArray(Long[]::new))
                        .addArrayOfString(claim.exceptSubjects().toArray(String[]::new))
                        .addString(claim.floors().epoch())
                        .addInteger(claim.maxEventsPerLane())
                        .addLong(claim.maxBytes()))
                .map(OutboxStore::list);
    }

    /**
     * Removes events that the queue has acknowledged, to the archive if that is on. The transaction must hold their
     * lanes' locks.
     */
    public Future<Void> delete(SqlConnection tx, LaneGroup lanes, List<Long> seqs) {
        return tx.preparedQuery(delete)
                .execute(key(lanes).addArrayOfLong(seqs.toArray(Long[]::new)))
                .mapEmpty();
    }

    /**
     * Parks events that can never be sent as they are. Their subjects are blocked until an operator retries or discards
     * them. The transaction must hold their lanes' locks.
     *
     * @param reason what is wrong with them, for the operator
     */
    public Future<Void> park(SqlConnection tx, LaneGroup lanes, List<Long> seqs, String reason) {
        return tx.preparedQuery(PARK)
                .execute(key(lanes).addArrayOfLong(seqs.toArray(Long[]::new)).addString(reason))
                .mapEmpty();
    }

    /**
     * Moves events of blocked subjects behind the parked ones, where they wait in order without being claimed again. The
     * transaction must hold their lanes' locks.
     */
    public Future<Void> parkBehind(SqlConnection tx, LaneGroup lanes, List<Long> seqs) {
        return tx.preparedQuery(PARK)
                .execute(key(lanes).addArrayOfLong(seqs.toArray(Long[]::new)).addString(null))
                .mapEmpty();
    }

    private static Tuple key(LaneGroup lanes) {
        return Tuple.of(lanes.topic()).addArrayOfInteger(lanes.buckets().toArray(Integer[]::new));
    }

    private static Set<Lane> lanes(String topic, Integer[] buckets) {
        return Stream.of(buckets).map(bucket -> new Lane(topic, bucket)).collect(Collectors.toUnmodifiableSet());
    }

    static Row first(RowSet<Row> rows) {
        return rows.iterator().next();
    }

    static <T> List<T> list(RowSet<T> rows) {
        return StreamSupport.stream(rows.spliterator(), false).toList();
    }
}
