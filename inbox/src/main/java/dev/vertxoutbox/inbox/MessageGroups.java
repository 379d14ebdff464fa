package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is held, in order: one message of a group is processed at a time, the groups side by side. When one fails,
 * or is too early, the rest of its group is given back with it, so that no later message is processed before it.
 */
final class MessageGroups {
    /** By group, the message being processed first and those that wait behind it. */
    private final Map<String, Deque<Delivery>> groups = new HashMap<>();

    private final Processing processing;
    private final Deletes deletes;
    private final Returns returns;
    private final Promise<Void> idle = Promise.promise();
    private boolean closed;

    MessageGroups(Processing processing, Deletes deletes, Returns returns) {
        this.processing = processing;
        this.deletes = deletes;
        this.returns = returns;
    }

    void add(Delivery delivery) {
        if (closed) {
            returns.giveBackNow(List.of(delivery));
            return;
        }
        Deque<Delivery> group = groups.computeIfAbsent(delivery.group(), name -> new ArrayDeque<>());
        group.add(delivery);
        if (group.size() == 1) {
            process(delivery, group);
        }
    }

    /** Takes and begins nothing more; completes when the messages being processed are through. */
    Future<Void> close() {
        closed = true;
        List<Delivery> waiting = groups.values().stream()
                .flatMap(group -> group.stream().skip(1))
                .toList();
        groups.values().forEach(group -> group.retainAll(List.of(group.element())));
        returns.giveBackNow(waiting);
        tellIfIdle();
        return idle.future();
    }

    private void process(Delivery delivery, Deque<Delivery> group) {
        processing.process(delivery).onSuccess(done -> done(group)).onFailure(failure -> failed(group, failure));
    }

    private void done(Deque<Delivery> group) {
        Delivery delivery = group.remove();
        deletes.add(delivery);
        Delivery next = group.peek();
        if (next != null) {
            process(next, group);
        } else {
            groups.remove(delivery.group());
            tellIfIdle();
        }
    }

    private void failed(Deque<Delivery> group, Throwable failure) {
        Delivery first = group.element();
        groups.remove(first.group());
        returns.giveBack(
                List.copyOf(group),
                failure instanceof SequenceGapException gap ? gap.waitTime() : returns.backoff(first));
        tellIfIdle();
    }

    private void tellIfIdle() {
        if (closed && groups.isEmpty()) {
            idle.tryComplete();
        }
    }
}
