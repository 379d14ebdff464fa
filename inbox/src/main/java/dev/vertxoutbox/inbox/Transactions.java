package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Applies effects once: in the transaction that records their events as processed. */
final class Transactions {
    private final Pool pool;
    private final ProcessedStore store;

    /** Bounded by the handlers. */
    private final Set<String> typesInSteps = new HashSet<>();

    Transactions(Pool pool, ProcessedStore store) {
        this.pool = pool;
        this.store = store;
    }

    /**
     * Commits one effect in a transaction of its own, unless the event was processed before.
     *
     * @return what was seen before; failed with a {@link HandlerFailure} when the effect fails or takes too long, and
     *     with the database's error otherwise. After a failed commit the outcome is unknown, and the next delivery tells
     */
    Future<Seen> applyAlone(Claimant claimant) {
        return claimant.attempt()
                .checkNotAbandoned()
                .compose(goOn -> inTransaction(connection -> store.claim(connection, claimant.event())
                        .compose(seen -> seen.processed()
                                ? Future.succeededFuture(seen)
                                : apply(connection, claimant, claimant.effect(seen))
                                        .map(seen))));
    }

    private static Future<Void> apply(SqlConnection connection, Claimant claimant, Effect effect) {
        // Without a limit of its own, an effect that never ends would keep its connection for good.
        Attempt attempt = claimant.attempt();
        LentConnection lent = new LentConnection(connection);
        return attempt.guard(() -> effect.apply(lent.get()))
                .timeout(attempt.remainingMillis(), TimeUnit.MILLISECONDS)
                .onComplete(applied -> lent.takeBack())
                .recover(failure -> Future.failedFuture(HandlerFailure.of(failure)))
                .compose(applied -> attempt.checkNotAbandoned());
    }

    /**
     * Commits several effects in one transaction, or none.
     *
     * @param limitMillis how long they may take together
     * @return as {@link SharedTransaction#apply} does
     */
    Future<List<Seen>> applyTogether(List<Claimant> claimants, long limitMillis) {
        return inTransaction(
                connection -> new SharedTransaction(connection, store, claimants, typesInSteps).apply(limitMillis));
    }

    private <T> Future<T> inTransaction(Function<SqlConnection, Future<T>> work) {
        return pool.getConnection()
                .compose(connection -> connection
                        .begin()
                        .compose(tx -> Future.succeededFuture(connection)
                                .compose(work)
                                .compose(done -> tx.commit().map(done), failure -> rollBack(tx, failure)))
                        .eventually(connection::close));
    }

    private static <T> Future<T> rollBack(Transaction tx, Throwable failure) {
        return tx.rollback().transform(rolledBack -> Future.failedFuture(failure));
    }
}
