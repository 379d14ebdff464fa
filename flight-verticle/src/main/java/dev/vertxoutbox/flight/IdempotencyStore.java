package dev.vertxoutbox.flight;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.templates.SqlTemplate;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Table {@code flight.idempotency_key}. */
final class IdempotencyStore {

    // Waits for a transaction that holds the same key, then finds it taken or, after a rollback, free.
    private static final String CLAIM = """
            INSERT INTO flight.idempotency_key (key, request_hash, booking_id)
            VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING
            """;

    private static final String FIND = "SELECT request_hash, booking_id FROM flight.idempotency_key WHERE key = #{key}";

    private static final String DELETE_OLD = """
            DELETE FROM flight.idempotency_key
            WHERE key IN (SELECT key FROM flight.idempotency_key
                          WHERE created_at < now() - interval '24 hours'
                          ORDER BY created_at
                          LIMIT $1)
            """;

    /** Whom a key belongs to. */
    record Claim(Buffer requestHash, UUID bookingId) {

        boolean isFor(Flight flight) {
            return Arrays.equals(requestHash.getBytes(), flight.hash());
        }

        private static Claim of(Row row) {
            return new Claim(row.getBuffer("request_hash"), row.getUUID("booking_id"));
        }
    }

    /** Takes the key for a booking; false if it is taken, which a statement that follows can see. */
    Future<Boolean> claim(SqlConnection tx, String key, Flight flight, UUID bookingId) {
        return tx.preparedQuery(CLAIM)
                .execute(Tuple.of(key, Buffer.buffer(flight.hash()), bookingId))
                .map(inserted -> inserted.rowCount() == 1);
    }

    /** Whom the key belongs to, or null if it is free. */
    Future<@Nullable Claim> find(SqlClient client, String key) {
        return SqlTemplate.forQuery(client, FIND)
                .mapTo(Claim::of)
                .execute(Map.of("key", key))
                .map(rows -> rows.size() == 0 ? null : rows.iterator().next());
    }

    /** Deletes keys older than 24 hours, the oldest first and {@code limit} at most; returns how many. */
    Future<Integer> deleteOld(SqlClient client, int limit) {
        return client.preparedQuery(DELETE_OLD).execute(Tuple.of(limit)).map(deleted -> deleted.rowCount());
    }
}
