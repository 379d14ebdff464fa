package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** What an event changes in the database: applied in the transaction that records the event as processed. */
@FunctionalInterface
public interface Effect {

    /**
     * Writes the effect. The engine begins and ends the transaction; a failed future rolls it back.
     *
     * @param tx connection with the open transaction; do not commit, roll back or close it
     * @return completed when everything is written
     */
    Future<Void> apply(SqlConnection tx);

    /**
     * An effect that writes nothing: the event is only recorded as processed.
     *
     * @return the empty effect
     */
    static Effect none() {
        return tx -> Future.succeededFuture();
    }
}
