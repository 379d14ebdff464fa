package dev.vertxoutbox.outbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** Appends events to the outbox within the caller's transaction. Safe for use by several threads. */
public final class Outbox {

    // Switching the trigger off in the same statement leaves nothing for the caller to set up or to forget. The order
    // of the arrays is the order of seq.
    private static final String APPEND = """
            WITH doorbell AS MATERIALIZED (SELECT set_config('outbox.ring', 'after_commit', true))
            INSERT INTO outbox.event (id, topic, subject, type, data, source, sequence, traceparent)
            SELECT e.id, e.topic, e.subject, e.type, e.data::json, e.source, e.sequence, e.traceparent
            FROM doorbell,
                 unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[])
                 WITH ORDINALITY AS e (id, topic, subject, type, data, source, sequence, traceparent, position)
            ORDER BY e.position
            """;

    /** In UTF-8, of a Java char: most texts need not be encoded to know that they are not too long. */
    private static final int MAX_BYTES_PER_CHAR = 3;

    private final Doorbell doorbell;

    /** @param pool used only to ring for the relay after a commit; never to write events */
    public Outbox(Pool pool) {
        this.doorbell = new Doorbell(pool);
    }

    /** Appends one event; see {@link #append(SqlConnection, List)}. */
    public Future<Void> append(SqlConnection tx, OutboxEvent event) {
        return append(tx, List.of(event));
    }

    /**
     * Appends events, in order. They exist if and only if the transaction commits; then the relay is woken, without the
     * caller doing anything.
     *
     * <p>To have the events of a subject sent in commit order, lock what they are about first, as the {@code UPDATE} of
     * its row does: otherwise two transactions may append in one order and commit in the other.
     *
     * @param tx a connection with an open transaction
     * @param events may be empty
     * @return completes when the rows are inserted (not committed). Fails with {@link IllegalStateException} if there is
     *     no open transaction, with {@link IllegalArgumentException} if a payload is larger than
     *     {@link OutboxEvent#MAX_DATA_BYTES}, and with the database's error otherwise; the transaction must then be
     *     rolled back
     */
    public Future<Void> append(SqlConnection tx, List<OutboxEvent> events) {
        Transaction transaction = tx.transaction();
        if (transaction == null) {
            return Future.failedFuture(new IllegalStateException(
                    "append needs a connection with an open transaction: begin one, or use Pool.withTransaction"));
        }
        if (events.isEmpty()) {
            return Future.succeededFuture();
        }
        Tuple rows;
        try {
            rows = columns(events);
        } catch (IllegalArgumentException tooLarge) {
            return Future.failedFuture(tooLarge);
        }
        int count = events.size();
        return tx.preparedQuery(APPEND).execute(rows).map(inserted -> {
            transaction.completion().onSuccess(committed -> doorbell.ring(count));
            return null;
        });
    }

    private static Tuple columns(List<OutboxEvent> events) {
        return Tuple.of(
                events.stream().map(OutboxEvent::id).toArray(UUID[]::new),
                events.stream().map(OutboxEvent::topic).toArray(String[]::new),
                events.stream().map(OutboxEvent::subject).toArray(String[]::new),
                events.stream().map(OutboxEvent::type).toArray(String[]::new),
                events.stream().map(Outbox::encodedData).toArray(String[]::new),
                events.stream().map(OutboxEvent::source).toArray(String[]::new),
                events.stream().map(OutboxEvent::sequence).toArray(Long[]::new),
                events.stream().map(OutboxEvent::traceparent).toArray(String[]::new));
    }

    private static String encodedData(OutboxEvent event) {
        String json = event.data().encode();
        if (json.length() <= OutboxEvent.MAX_DATA_BYTES / MAX_BYTES_PER_CHAR) {
            return json;
        }
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > OutboxEvent.MAX_DATA_BYTES) {
            throw new IllegalArgumentException("data of event " + event.id() + " (" + event.type() + ") has " + bytes
                    + " bytes; the queue takes " + OutboxEvent.MAX_DATA_BYTES
                    + " at most: store the payload elsewhere and send a reference");
        }
        return json;
    }
}
