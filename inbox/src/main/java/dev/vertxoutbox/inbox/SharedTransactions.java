package dev.vertxoutbox.inbox;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
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
 *
 * <p>Events of one subject are applied in the order in which they came, shared or alone, and an event that came twice is
 * applied once after the other: what is under way keeps back what has to follow it.
 */
final class SharedTransactions {
    private static final int MOST_EVENTS = 250;
    private static final int FIRST_EVENTS = 25;
    private static final int LEAST_EVENTS = 10;
    private static final int MOST_UNDER_WAY = 2;
    private static final int FIRST_PAUSE = 10;
    private static final int LONGEST_PAUSE = 10_000;
    private static final Duration LONGEST = Duration.ofMillis(500);

    private final Context context;
    private final Transactions transactions;
    private final InboxMetrics metrics;
    private final long limitMillis;
    private final Deque<Claimant> waiting = new ArrayDeque<>();

    /** What the events under way are and are about; see {@link Claimant#keys}. */
    private final Set<Object> busy = new HashSet<>();

    /** How many events may share the next one: as many as take a small part of the limit, judging by those before. */
    private int mostEvents = FIRST_EVENTS;

    private int underWay;
    private int pause = FIRST_PAUSE;
    private int aloneLeft;

    /** @param limit for a shared transaction; one that is alone may go on, but nobody waits for it any longer */
    SharedTransactions(Context context, Transactions transactions, InboxMetrics metrics, Duration limit) {
        this.context = context;
        this.transactions = transactions;
        this.metrics = metrics;
        this.limitMillis = Math.max(1, limit.toMillis());
    }

    /** {@return the limit for a shared transaction: at most a quarter of what its events have, who need the rest if it fails} */
    static Duration limit(Duration handlerTimeout) {
        Duration quarter = handlerTimeout.dividedBy(4);
        return quarter.compareTo(LONGEST) < 0 ? quarter : LONGEST;
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
        goOn();
        return claimant.outcome();
    }

    private void goOn() {
        if (underWay < MOST_UNDER_WAY && !waiting.isEmpty()) {
            underWay++;
            // Not now: what arrived with it in one poll is about to follow.
            context.runOnContext(poll -> next());
        }
    }

    private void next() {
        while (aloneLeft > 0) {
            List<Claimant> one = take(1);
            if (one.isEmpty()) {
                break;
            }
            aloneLeft--;
            applyAlone(one.get(0));
        }
        List<Claimant> batch = take(mostEvents);
        if (batch.isEmpty()) {
            underWay--;
        } else if (batch.size() == 1) {
            // One that takes long goes on, but nobody waits for it any more. By way of the context, as a
            // time limit on a future without one fires on another thread.
            Future.fromCompletionStage(applyAlone(batch.get(0)).toCompletionStage(), context)
                    .timeout(limitMillis, TimeUnit.MILLISECONDS)
                    .onComplete(ended -> next());
        } else {
            applyTogether(batch);
        }
    }

    /** The oldest that need not wait for one that is under way. */
    private List<Claimant> take(int most) {
        List<Claimant> taken = new ArrayList<>();
        Iterator<Claimant> oldest = waiting.iterator();
        while (oldest.hasNext() && taken.size() < most) {
            Claimant claimant = oldest.next();
            if (Collections.disjoint(busy, claimant.keys())) {
                busy.addAll(claimant.keys());
                taken.add(claimant);
                oldest.remove();
            }
        }
        return taken;
    }

    private Future<Seen> applyAlone(Claimant claimant) {
        return transactions
                .applyAlone(claimant)
                .onSuccess(seen -> metrics.transactions.increment())
                .onComplete(ended -> release(claimant))
                .onSuccess(claimant::applied)
                .onFailure(claimant::failed);
    }

    private void applyTogether(List<Claimant> batch) {
        long start = System.nanoTime();
        transactions
                .applyTogether(batch, limitMillis)
                .onSuccess(seen -> {
                    adapt(batch.size(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
                    committed(batch, seen);
                })
                .onFailure(failure -> rolledBack(batch, failure))
                .onComplete(ended -> next());
    }

    private void adapt(int events, long millis) {
        if (4 * millis > limitMillis) {
            shareLess(events);
        } else if (events == mostEvents) {
            mostEvents = Math.min(2 * mostEvents, MOST_EVENTS);
        }
    }

    private void shareLess(int events) {
        mostEvents = Math.max(LEAST_EVENTS, Math.min(mostEvents, events / 2));
    }

    private void committed(List<Claimant> batch, List<Seen> seen) {
        metrics.transactions.increment();
        pause = FIRST_PAUSE;
        batch.forEach(this::release);
        for (int n = 0; n < batch.size(); n++) {
            batch.get(n).applied(seen.get(n));
        }
    }

    private void rolledBack(List<Claimant> batch, Throwable failure) {
        if (failure instanceof RepeatException) {
            batch.forEach(this::release);
            // To the front, as others may have to follow them.
            for (int n = batch.size() - 1; n >= 0; n--) {
                if (!batch.get(n).isSettled()) {
                    waiting.addFirst(batch.get(n));
                }
            }
            return;
        }
        metrics.splits.increment();
        shareLess(batch.size());
        aloneLeft = pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        batch.forEach(this::applyAlone);
    }

    private void release(Claimant claimant) {
        busy.removeAll(claimant.keys());
        goOn();
    }
}
