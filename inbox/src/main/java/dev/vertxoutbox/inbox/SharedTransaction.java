package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The effects of several events in one transaction, as if each began when the one before it had ended.
 *
 * <p>Statements are sent without waiting for the answers of those before, as long as each effect sends all of its own in
 * the call that begins it: PostgreSQL executes them in this order. An effect that sends one later could meet the middle of
 * another one. So it is refused, the transaction repeated, and effects of this event type are waited for from then on.
 */
final class SharedTransaction {
    private final SqlConnection connection;
    private final ProcessedStore store;
    private final List<Claimant> claimants;
    private final Set<String> typesInSteps;
    private final List<LentConnection> lent = new ArrayList<>();
    private boolean repeat;
    private boolean over;

    /**
     * @param connection with an open transaction
     * @param claimants of different events, and of different subjects where they are numbered
     * @param typesInSteps event types whose effects are waited for; those found to need it are added
     */
    SharedTransaction(
            SqlConnection connection, ProcessedStore store, List<Claimant> claimants, Set<String> typesInSteps) {
        this.connection = connection;
        this.store = store;
        this.claimants = claimants;
        this.typesInSteps = typesInSteps;
    }

    /**
     * Claims all events and applies the effects of those that were not processed before. Claimants that refuse, as theirs
     * comes too early, are told; then no effect is applied.
     *
     * @return what was seen before each; failed when the transaction is to be rolled back: with {@link RepeatException}
     *     when those not told are to be applied together again, else as an effect failed, the time is over, or the
     *     database failed
     */
    Future<List<Seen>> apply(long limitMillis) {
        List<InboxEvent> events = claimants.stream().map(Claimant::event).toList();
        // A rollback waits for the statement that runs, which may itself wait for a lock.
        Future<?> limited =
                connection.query("SET LOCAL statement_timeout = " + limitMillis).execute();
        Future<List<Seen>> claimed = store.claim(connection, events);
        return limited.compose(set -> claimed)
                .compose(this::applyAll)
                .timeout(limitMillis, TimeUnit.MILLISECONDS)
                .onComplete(ended -> end())
                .recover(failure -> Future.failedFuture(repeat ? new RepeatException() : failure));
    }

    private Future<List<Seen>> applyAll(List<Seen> seen) {
        if (over) {
            return tooLate();
        }
        Map<Claimant, Effect> effects = new LinkedHashMap<>();
        for (int n = 0; n < claimants.size(); n++) {
            if (!seen.get(n).processed()) {
                effects.put(claimants.get(n), effect(claimants.get(n), seen.get(n)));
            }
        }
        repeat = claimants.stream().anyMatch(Claimant::isSettled);
        if (repeat) {
            return Future.failedFuture("Some come too early");
        }
        return applyFrom(0, EffectCall.of(effects))
                .compose(applied -> checkAll())
                .map(seen);
    }

    private static Effect effect(Claimant claimant, Seen seen) {
        try {
            return claimant.effect(seen);
        } catch (RuntimeException refused) {
            claimant.failed(refused);
            return Effect.none();
        }
    }

    private Future<?> applyFrom(int first, List<EffectCall> calls) {
        if (first < calls.size() && isInSteps(calls.get(first))) {
            return apply(calls.get(first)).compose(applied -> applyFrom(first + 1, calls));
        }
        List<Future<Void>> sent = new ArrayList<>();
        int next = first;
        while (next < calls.size() && !isInSteps(calls.get(next))) {
            sent.add(apply(calls.get(next)));
            next++;
        }
        int rest = next;
        Future<?> applied = Future.all(sent);
        return rest == calls.size() ? applied : applied.compose(all -> applyFrom(rest, calls));
    }

    private boolean isInSteps(EffectCall call) {
        return call.eventTypes().stream().anyMatch(typesInSteps::contains);
    }

    private Future<Void> apply(EffectCall call) {
        if (over) {
            return tooLate();
        }
        LentConnection now = new LentConnection(connection, isInSteps(call) ? () -> {} : () -> refuse(call));
        lent.add(now);
        Future<Void> applied = call.apply(now.get()).onComplete(done -> now.takeBack());
        now.begun();
        return applied;
    }

    /** The claimants are applied in other ways by now, or about to be: nothing may happen to them here. */
    private static <T> Future<T> tooLate() {
        return Future.failedFuture("The transaction took too long");
    }

    private void refuse(EffectCall call) {
        repeat = true;
        typesInSteps.addAll(call.eventTypes());
        end();
    }

    /** An effect may have passed over a refusal in silence. */
    private Future<Void> checkAll() {
        if (over) {
            return Future.failedFuture("Something was refused");
        }
        for (Claimant claimant : claimants) {
            if (claimant.attempt().isAbandoned()) {
                return claimant.attempt().checkNotAbandoned();
            }
        }
        return Future.succeededFuture();
    }

    private void end() {
        over = true;
        lent.forEach(LentConnection::takeBack);
    }
}
