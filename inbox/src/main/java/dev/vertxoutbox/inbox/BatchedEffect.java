package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.function.BiFunction;

/** What one event brings to an effect that those of other events in its transaction share. */
record BatchedEffect(BiFunction<SqlConnection, List<InboxEvent>, Future<Void>> batch, InboxEvent event)
        implements Effect {

    /** Of this event alone. */
    @Override
    public Future<Void> apply(SqlConnection tx) {
        return batch.apply(tx, List.of(event));
    }
}
