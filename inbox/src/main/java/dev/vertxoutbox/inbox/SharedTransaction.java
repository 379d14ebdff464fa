package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The effects of several events in one transaction, each begun when the one before it has ended. */
final class SharedTransaction {
    private final SqlConnection connection;
    private final ProcessedStore store;
    private final List<Claimant> claimants;
    private @Nullable LentConnection lent;
    private boolean over;

    /**
     * @param connection with an open transaction
     * @param claimants of different events, and of different subjects where they are numbered
     */
    SharedTransaction(SqlConnection connection, ProcessedStore store, List<Claimant> claimants) {
        this.connection = connection;
        this.store = store;
        this.claimants = claimants;
    }

    /**
     * Claims all events and applies the effects of those that were not processed before. Claimants that refuse, as theirs
     * comes too early, are told; then no effect is applied.
     *
     * @return what was seen before each; failed when the transaction is to be rolled back: an effect failed or was
     *     refused, the time is over, or the database failed
     */
    Future<List<Seen>> apply(long limitMillis) {
        List<InboxEvent> events = claimants.stream().map(Claimant::event).toList();
        // A rollback waits for the statement that runs, which may itself wait for a lock.
        Future<?> limited =
                connection.query("SET LOCAL statement_timeout = " + limitMillis).execute();
        Future<List<Seen>> claimed = store.claim(connection, events);
        return limited.compose(set -> claimed)
                .compose(this::applyInTurn)
                .timeout(limitMillis, TimeUnit.MILLISECONDS)
                .onComplete(ended -> end());
    }

    private Future<List<Seen>> applyInTurn(List<Seen> seen) {
        List<Effect> effects = new ArrayList<>();
        for (int n = 0; n < claimants.size(); n++) {
            effects.add(seen.get(n).processed() ? Effect.none() : effect(claimants.get(n), seen.get(n)));
        }
        if (claimants.stream().anyMatch(Claimant::isSettled)) {
            return Future.failedFuture("Some come too early");
        }
        Future<Void> turn = Future.succeededFuture();
        for (int n = 0; n < claimants.size(); n++) {
            Attempt attempt = claimants.get(n).attempt();
            Effect effect = effects.get(n);
            turn = turn.compose(before -> apply(effect, attempt));
        }
        for (Claimant claimant : claimants) {
            turn = turn.compose(all -> claimant.attempt().checkNotAbandoned());
        }
        return turn.map(seen);
    }

    private static Effect effect(Claimant claimant, Seen seen) {
        try {
            return claimant.effect(seen);
        } catch (RuntimeException refused) {
            claimant.failed(refused);
            return Effect.none();
        }
    }

    private Future<Void> apply(Effect effect, Attempt attempt) {
        if (over) {
            return Future.failedFuture("The transaction took too long");
        }
        LentConnection now = new LentConnection(connection);
        lent = now;
        return attempt.guard(() -> effect.apply(now.get())).onComplete(applied -> now.takeBack());
    }

    private void end() {
        over = true;
        LentConnection last = lent;
        if (last != null) {
            last.takeBack();
        }
    }
}
