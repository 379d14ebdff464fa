package dev.vertxoutbox.flight;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Table {@code flight.idempotency_key}. */
final class IdempotencyStore {

    // The lock on the key lasts as long as the transaction. An INSERT alone would wait for one that has the same key.
    private static final String CLAIM = """
            WITH asked AS MATERIALIZED (
                SELECT key, request_hash, booking_id, pg_try_advisory_xact_lock(hashtextextended(key, 0)) AS free
                FROM unnest($1::text[], $2::bytea[], $3::uuid[]) AS a (key, request_hash, booking_id)
            ), claimed AS (
                INSERT INTO flight.idempotency_key (key, request_hash, booking_id)
                SELECT key, request_hash, booking_id FROM asked WHERE free
                ON CONFLICT DO NOTHING
                RETURNING booking_id
            )
            SELECT booking_id, free, booking_id IN (SELECT booking_id FROM claimed) AS claimed FROM asked
            """;

    private static final String FIND = """
            SELECT key, request_hash, booking.*
            FROM flight.idempotency_key
            LEFT JOIN flight.booking ON booking.id = booking_id
            WHERE key = ANY ($1)
            """;

    private static final String DELETE_OLD = """
            DELETE FROM flight.idempotency_key
            WHERE key IN (SELECT key FROM flight.idempotency_key
                          WHERE created_at < now() - interval '24 hours'
                          ORDER BY created_at
                          LIMIT $1)
            """;

    /** What became of the claim to a key. */
    enum Claim {
        /** The key is ours from now on. */
        OURS,
        /** An earlier request has it, which a statement that follows can see. */
        TAKEN,
        /** Another transaction has it and is not over. */
        BUSY
    }

    /** What a key was used for; the booking is null if somebody has deleted it. */
    record Earlier(Buffer requestHash, @Nullable Booking booking) {}

    /** Takes the keys for their bookings, and waits for nobody; by the id of the booking. */
    Future<Map<UUID, Claim>> claim(SqlConnection tx, List<BookingRequest> requests) {
        List<BookingRequest> asking =
                requests.stream().filter(request -> request.key() != null).toList();
        if (asking.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        Tuple columns = Tuple.of(
                keys(asking),
                asking.stream()
                        .map(request -> request.requiredKey().requestHash())
                        .toArray(Buffer[]::new),
                asking.stream().map(BookingRequest::id).toArray(UUID[]::new));
        return tx.preparedQuery(CLAIM).execute(columns).map(rows -> {
            Map<UUID, Claim> claims = new HashMap<>();
            rows.forEach(row -> claims.put(row.getUUID("booking_id"), claim(row)));
            return claims;
        });
    }

    private static Claim claim(Row row) {
        if (row.getBoolean("claimed")) {
            return Claim.OURS;
        }
        return row.getBoolean("free") ? Claim.TAKEN : Claim.BUSY;
    }

    /** What the keys of the requests were used for, by key. */
    Future<Map<String, Earlier>> find(SqlConnection tx, List<BookingRequest> requests) {
        if (requests.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return tx.preparedQuery(FIND).execute(Tuple.of((Object) keys(requests))).map(rows -> {
            Map<String, Earlier> found = new HashMap<>();
            rows.forEach(row -> found.put(row.getString("key"), earlier(row)));
            return found;
        });
    }

    private static Earlier earlier(Row row) {
        Booking booking = row.getUUID("id") == null ? null : BookingStore.booking(row);
        return new Earlier(row.getBuffer("request_hash"), booking);
    }

    private static String[] keys(List<BookingRequest> requests) {
        return requests.stream().map(request -> request.requiredKey().value()).toArray(String[]::new);
    }

    /** Deletes keys older than 24 hours, the oldest first and {@code limit} at most; returns how many. */
    Future<Integer> deleteOld(SqlClient client, int limit) {
        return client.preparedQuery(DELETE_OLD).execute(Tuple.of(limit)).map(deleted -> deleted.rowCount());
    }
}
