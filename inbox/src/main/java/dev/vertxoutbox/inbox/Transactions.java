package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Applies an effect once: in the transaction that records its event as processed. */
final class Transactions {
    private final Pool pool;
    private final ProcessedStore store;

    Transactions(Pool pool, ProcessedStore store) {
        this.pool = pool;
        this.store = store;
    }

    /**
     * Commits the effect, unless the event was processed before.
     *
     * @param effect what to do, given what was seen before; what it throws comes back as it is
     * @return what was seen before; failed with a {@link HandlerFailure} when the effect fails or takes too long, and
     *     with the database's error otherwise. After a failed commit the outcome is unknown, and the next delivery tells
     */
    Future<Seen> applyOnce(InboxEvent event, Function<Seen, Effect> effect, Attempt attempt) {
        return attempt.checkNotAbandoned()
                .compose(goOn -> pool.getConnection())
                .compose(connection -> connection
                        .begin()
                        .compose(tx -> within(tx, connection, event, effect, attempt))
                        .eventually(connection::close));
    }

    private Future<Seen> within(
            Transaction tx,
            SqlConnection connection,
            InboxEvent event,
            Function<Seen, Effect> effect,
            Attempt attempt) {
        return store.claim(connection, event)
                .compose(seen -> seen.processed()
                        ? Future.succeededFuture(seen)
                        : apply(connection, effect.apply(seen), attempt).map(seen))
                .compose(
                        seen -> tx.commit().map(seen),
                        failure -> tx.rollback().transform(rolledBack -> Future.failedFuture(failure)));
    }

    private static Future<Void> apply(SqlConnection connection, Effect effect, Attempt attempt) {
        // Without a limit of its own, an effect that never ends would keep its connection for good.
        return attempt.guard(() -> effect.apply(connection))
                .timeout(attempt.remainingMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(HandlerFailure.of(failure)))
                .compose(applied -> attempt.checkNotAbandoned());
    }
}
