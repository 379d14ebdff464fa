package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** What an event changes in the database: applied in the transaction that records the event as processed. */
@FunctionalInterface
public interface Effect {

    /**
     * Writes the effect. The engine begins and ends the transaction; a failed future rolls it back.
     *
     * <p>Effects of several events may share a transaction, one after the other. When it is rolled back, for whichever of
     * them, each is applied again in a transaction of its own; so this may be called more than once, as after a crash.
     * What is set for the transaction ({@code SET LOCAL}) is set for those that follow in it.
     *
     * @param tx connection with the open transaction, to be used until the future completes and no longer; do not commit,
     *     roll back or close it
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
