package dev.vertxoutbox.flight;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    /** What an item may be, and what a group fails with that has such an item. */
    private static final class BadItem extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final List<List<Integer>> groups = new ArrayList<>();
    private final Deque<Promise<List<Future<Integer>>>> underWay = new ArrayDeque<>();

    private GroupCommit<Integer, Integer> commits(GroupCommit.Limits limits) {
        return new GroupCommit<>(limits, BadItem.class::isInstance, items -> {
            groups.add(items);
            underWay.add(Promise.promise());
            return underWay.getLast().future();
        });
    }

    private GroupCommit<Integer, Integer> commits(int transactions) {
        return commits(new GroupCommit.Limits(transactions, 4, 100, LONG));
    }

    /** Ends the transaction that began first. */
    private void commit() {
        List<Integer> group = groups.get(groups.size() - underWay.size());
        underWay.remove().complete(group.stream().map(Future::succeededFuture).toList());
    }

    private static List<Future<Integer>> submit(GroupCommit<Integer, Integer> commits, int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(commits::submit).toList();
    }

    @Test
    void loneItemIsCommittedAtOnceAndAlone() {
        Future<Integer> outcome = commits(1).submit(7);
        assertThat(groups).containsExactly(List.of(7));
        assertThat(outcome.isComplete()).isFalse();
        commit();
        assertThat(outcome.result()).isEqualTo(7);
    }

    @Test
    void itemsThatComeMeanwhileShareTheNextTransactionUpToItsSize() {
        List<Future<Integer>> outcomes = submit(commits(1), 1, 7);
        assertThat(groups).containsExactly(List.of(1));
        commit();
        commit();
        commit();
        assertThat(groups).containsExactly(List.of(1), List.of(2, 3, 4, 5), List.of(6, 7));
        assertThat(outcomes).extracting(Future::result).containsExactly(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void noMoreTransactionsAreUnderWayThanAllowed() {
        submit(commits(2), 1, 4);
        assertThat(groups).containsExactly(List.of(1), List.of(2));
        commit();
        assertThat(groups).containsExactly(List.of(1), List.of(2), List.of(3, 4));
    }

    @Test
    void eachItemHasAnOutcomeOfItsOwn() {
        GroupCommit<Integer, Integer> commits = commits(1);
        List<Future<Integer>> outcomes = submit(commits, 1, 3);
        commit();
        BadItem bad = new BadItem();
        underWay.remove().complete(List.of(Future.succeededFuture(2), Future.failedFuture(bad)));
        assertThat(outcomes.get(1).result()).isEqualTo(2);
        assertThat(outcomes.get(2).cause()).isSameAs(bad);
    }

    @Test
    void badItemHurtsOnlyItself() {
        GroupCommit<Integer, Integer> commits =
                new GroupCommit<>(new GroupCommit.Limits(1, 8, 100, LONG), BadItem.class::isInstance, items -> {
                    groups.add(items);
                    return groups.size() == 1 ? underWay().future() : committed(items);
                });
        List<Future<Integer>> outcomes = submit(commits, 0, 8);
        underWay.remove().complete(List.of(Future.succeededFuture(0)));

        assertThat(outcomes).filteredOn(Future::failed).singleElement().isSameAs(outcomes.get(6));
        assertThat(outcomes.get(6).cause()).isInstanceOf(BadItem.class);
        assertThat(outcomes).allMatch(Future::isComplete);
        assertThat(groups)
                .containsExactly(
                        List.of(0),
                        List.of(1, 2, 3, 4, 5, 6, 7, 8),
                        List.of(1, 2, 3, 4),
                        List.of(5, 6, 7, 8),
                        List.of(5, 6),
                        List.of(7, 8),
                        List.of(5),
                        List.of(6));
    }

    private Promise<List<Future<Integer>>> underWay() {
        underWay.add(Promise.promise());
        return underWay.getLast();
    }

    private static Future<List<Future<Integer>>> committed(List<Integer> items) {
        return items.contains(6)
                ? Future.failedFuture(new BadItem())
                : Future.succeededFuture(
                        items.stream().map(Future::succeededFuture).toList());
    }

    @Test
    void groupThatFailsForAnotherReasonIsNotTriedAgain() {
        List<Future<Integer>> outcomes = submit(commits(1), 1, 3);
        commit();
        underWay.remove().fail("connection lost");
        assertThat(outcomes.subList(1, 3)).allMatch(Future::failed);
        assertThat(groups).hasSize(2);
    }

    @Test
    void transactionThatThrowsFailsItsItemsAndNoOthers() {
        GroupCommit<Integer, Integer> commits =
                new GroupCommit<>(new GroupCommit.Limits(1, 4, 100, LONG), BadItem.class::isInstance, items -> {
                    if (items.contains(1)) {
                        throw new IllegalStateException("thrown");
                    }
                    return committed(items);
                });
        assertThat(commits.submit(1).cause()).hasMessage("thrown");
        assertThat(commits.submit(2).result()).isEqualTo(2);
    }

    @Test
    void moreThanMayBePendingAreRefused() {
        GroupCommit<Integer, Integer> commits = commits(new GroupCommit.Limits(1, 4, 3, LONG));
        submit(commits, 1, 3);
        assertThat(commits.pending()).isEqualTo(3);
        assertThat(commits.submit(4).cause()).isInstanceOf(RejectedExecutionException.class);
        commit();
        assertThat(commits.pending()).isEqualTo(2);
        assertThat(commits.submit(5).failed()).isFalse();
    }

    @Test
    void itemThatHasWaitedForTooLongIsRefusedAndNotCommitted() {
        Future<Integer> late = submit(commits(new GroupCommit.Limits(1, 4, 100, Duration.ZERO)), 1, 2)
                .get(1);
        commit();
        assertThat(late.cause()).isInstanceOf(RejectedExecutionException.class);
        assertThat(groups).containsExactly(List.of(1));
    }
}
