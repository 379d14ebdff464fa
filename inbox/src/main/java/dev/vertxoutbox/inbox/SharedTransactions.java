package dev.vertxoutbox.inbox;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Lets events that become ready while transactions are under way share the next one. Nothing waits for company: an event
 * that comes alone is committed alone, at once.
 *
 * <p>Sharing changes no outcome. When a shared transaction fails or takes long, each of its events is applied again in a
 * transaction of its own, and so are those that come next: the more of them, the more shared transactions failed in a
 * row. So an effect that fails, is slow or runs into a deadlock costs the others one repetition at most.
 */
final class SharedTransactions {
    static final int MOST_EVENTS = 100;
    private static final int MOST_UNDER_WAY = 2;
    private static final int FIRST_PAUSE = 10;
    private static final int LONGEST_PAUSE = 10_000;
    private static final Duration LONGEST = Duration.ofMillis(500);

    private record Subject(String source, String subject) {}

    private final Context context;
    private final Transactions transactions;
    private final InboxMetrics metrics;
    private final long limitMillis;
    private final Deque<Claimant> waiting = new ArrayDeque<>();
    private int underWay;
    private int pause = FIRST_PAUSE;
    private int aloneLeft;

    /** @param handlerTimeout of which a shared transaction may take a quarter, as its events need the rest if it fails */
    SharedTransactions(Context context, Transactions transactions, InboxMetrics metrics, Duration handlerTimeout) {
        this.context = context;
        this.transactions = transactions;
        this.metrics = metrics;
        this.limitMillis = Math.max(1, Math.min(LONGEST.toMillis(), handlerTimeout.toMillis() / 4));
    }

    /**
     * Commits the effect, unless the event was processed before.
     *
     * @param effect what to do, given what was seen before; what it throws comes back as it is
     * @return as {@link Transactions#applyAlone} does
     */
    Future<Seen> applyOnce(InboxEvent event, Function<Seen, Effect> effect, Attempt attempt) {
        Claimant claimant = new Claimant(event, effect, attempt);
        waiting.add(claimant);
        if (underWay < MOST_UNDER_WAY) {
            underWay++;
            // Not now: what arrived with it in one poll is about to follow.
            context.runOnContext(poll -> next());
        }
        return claimant.outcome();
    }

    private void next() {
        while (aloneLeft > 0 && !waiting.isEmpty()) {
            aloneLeft--;
            applyAlone(waiting.remove());
        }
        List<Claimant> batch = take();
        if (batch.isEmpty()) {
            underWay--;
        } else if (batch.size() == 1) {
            // One that takes long goes on, but nobody waits for it any more.
            applyAlone(batch.get(0)).timeout(limitMillis, TimeUnit.MILLISECONDS).onComplete(ended -> next());
        } else {
            applyTogether(batch);
        }
    }

    /** No event twice, as only one of them takes effect, and no subject twice whose position would be moved twice. */
    private List<Claimant> take() {
        List<Claimant> batch = new ArrayList<>();
        Set<Object> taken = new HashSet<>();
        Iterator<Claimant> oldest = waiting.iterator();
        while (oldest.hasNext() && batch.size() < MOST_EVENTS) {
            Claimant claimant = oldest.next();
            InboxEvent event = claimant.event();
            Object key = event.sequence() == null ? event.id() : new Subject(event.source(), event.subject());
            if (!taken.contains(event.id()) && !taken.contains(key)) {
                taken.add(event.id());
                taken.add(key);
                batch.add(claimant);
                oldest.remove();
            }
        }
        return batch;
    }

    private Future<Seen> applyAlone(Claimant claimant) {
        return transactions
                .applyAlone(claimant)
                .onSuccess(seen -> metrics.transactions.increment())
                .onSuccess(claimant::applied)
                .onFailure(claimant::failed);
    }

    private void applyTogether(List<Claimant> batch) {
        transactions
                .applyTogether(batch, limitMillis)
                .onSuccess(seen -> committed(batch, seen))
                .onFailure(failure -> rolledBack(batch, failure))
                .onComplete(ended -> next());
    }

    private void committed(List<Claimant> batch, List<Seen> seen) {
        metrics.transactions.increment();
        pause = FIRST_PAUSE;
        for (int n = 0; n < batch.size(); n++) {
            batch.get(n).applied(seen.get(n));
        }
    }

    private void rolledBack(List<Claimant> batch, Throwable failure) {
        List<Claimant> remaining =
                batch.stream().filter(claimant -> !claimant.isSettled()).toList();
        if (failure instanceof RepeatException) {
            waiting.addAll(remaining);
            return;
        }
        metrics.splits.increment();
        aloneLeft = pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        remaining.forEach(this::applyAlone);
    }
}
