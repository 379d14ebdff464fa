package dev.vertxoutbox.flight;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;

/**
 * Group commit: what is submitted while transactions are under way shares the next one. There is no timer: when few are
 * under way, an item is committed at once and alone, and groups grow with the load by themselves.
 *
 * <p>When a group fails because of what is in it, it is divided and its halves are tried again, so that in the end a bad
 * item has hurt only itself. Who may wait is bounded, in number and in time.
 *
 * <p>For use on one event loop.
 *
 * @param <T> what is committed
 * @param <R> what comes of it
 */
final class GroupCommit<T, R> {

    /** Commits items in one transaction. */
    @FunctionalInterface
    interface Transaction<T, R> {

        /** Returns the outcome of each item, in their order, once they are committed; fails when none of them is. */
        Future<List<Future<R>>> commit(List<T> items);
    }

    /**
     * What bounds the work.
     *
     * @param transactions under way at most
     * @param groupSize items in a transaction at most
     * @param pending items taken in and not yet told their outcome, at most
     * @param patience who has waited for so long is refused when its turn comes
     */
    record Limits(int transactions, int groupSize, int pending, Duration patience) {}

    private record Item<T, R>(T value, Promise<R> outcome, long since) {

        boolean hasWaited(Duration time) {
            return System.nanoTime() - since > time.toNanos();
        }
    }

    private final Transaction<T, R> transaction;
    private final Predicate<Throwable> causedByItem;
    private final Limits limits;
    private final Deque<Item<T, R>> waiting = new ArrayDeque<>();
    private final Deque<List<Item<T, R>>> halves = new ArrayDeque<>();
    private int underWay;
    private int pending;

    /**
     * Makes one.
     *
     * @param causedByItem whether a group that failed like this was rolled back for certain, and a part of it may do better
     */
    GroupCommit(Limits limits, Predicate<Throwable> causedByItem, Transaction<T, R> transaction) {
        this.limits = limits;
        this.causedByItem = causedByItem;
        this.transaction = transaction;
    }

    /** Items taken in and not yet told their outcome. */
    int pending() {
        return pending;
    }

    /**
     * Commits the item, with others or alone.
     *
     * @return its outcome, after the commit. Fails with {@link RejectedExecutionException} when too many are pending or it has
     *     waited for too long, and as the transaction does otherwise
     */
    Future<R> submit(T value) {
        if (pending >= limits.pending()) {
            return Future.failedFuture(refusal());
        }
        Item<T, R> item = new Item<>(value, Promise.promise(), System.nanoTime());
        pending++;
        waiting.add(item);
        startNext();
        return item.outcome().future();
    }

    private void startNext() {
        while (underWay < limits.transactions() && !(halves.isEmpty() && waiting.isEmpty())) {
            underWay++;
            List<Item<T, R>> group = halves.isEmpty() ? takeWaiting() : halves.remove();
            Future.succeededFuture(group.stream().map(Item::value).toList())
                    .compose(transaction::commit) // Also if it throws.
                    .onComplete(result -> ended(group, result));
        }
    }

    private List<Item<T, R>> takeWaiting() {
        List<Item<T, R>> group = new ArrayList<>();
        while (group.size() < limits.groupSize() && !waiting.isEmpty()) {
            group.add(waiting.remove());
        }
        return group;
    }

    static RejectedExecutionException refusal() {
        return new RejectedExecutionException("Too many wait for a commit");
    }

    private void ended(List<Item<T, R>> group, AsyncResult<List<Future<R>>> result) {
        underWay--;
        boolean divided = result.failed() && group.size() > 1 && causedByItem.test(result.cause());
        if (divided) {
            int middle = group.size() / 2;
            halves.add(group.subList(0, middle));
            halves.add(group.subList(middle, group.size()));
        }
        refuseLate();
        startNext(); // Before the outcomes are told, which takes a while: the database works meanwhile.
        if (!divided) {
            tell(group, result);
        }
    }

    private void refuseLate() {
        while (!waiting.isEmpty() && waiting.element().hasWaited(limits.patience())) {
            pending--;
            waiting.remove().outcome().fail(refusal());
        }
    }

    private void tell(List<Item<T, R>> group, AsyncResult<List<Future<R>>> result) {
        pending -= group.size();
        for (int i = 0; i < group.size(); i++) {
            if (result.succeeded()) {
                result.result().get(i).onComplete(group.get(i).outcome());
            } else {
                group.get(i).outcome().fail(result.cause());
            }
        }
    }
}
