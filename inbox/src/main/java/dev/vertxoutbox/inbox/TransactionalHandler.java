package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.function.BiFunction;

/** A handler whose {@code prepare} does nothing, so that repeating it costs nothing. */
record TransactionalHandler(BiFunction<SqlConnection, InboxEvent, Future<Void>> effect) implements EventHandler {

    @Override
    public Future<Effect> prepare(InboxEvent event) {
        return Future.succeededFuture(effectOf(event));
    }

    Effect effectOf(InboxEvent event) {
        return tx -> effect.apply(tx, event);
    }
}
