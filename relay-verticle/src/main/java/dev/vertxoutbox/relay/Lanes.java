package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Lane;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drains lanes that have something to send: a bounded number at once, each by one drain at a time. A slow lane holds
 * nobody else up. A lane whose drain failed rests for a while, so that nothing is retried in a hot loop.
 *
 * <p>Confined to one event loop. All state is bounded by the number of lanes.
 */
final class Lanes {

    private static final Logger log = LoggerFactory.getLogger(Lanes.class);
    static final long MIN_REST_MILLIS = 100;
    static final long MAX_REST_MILLIS = 1_000;

    private final Vertx vertx;
    private final int concurrency;
    private final Function<Lane, Future<Drain.Result>> drain;

    private final Set<Lane> waiting = new LinkedHashSet<>();
    private final Set<Lane> active = new HashSet<>();
    /** Offered while they were drained: the drain may have read before the event was committed. */
    private final Set<Lane> offeredAgain = new HashSet<>();
    /** Failures in a row of lanes that rest or have just rested. */
    private final Map<Lane, Integer> failures = new HashMap<>();

    private final Set<Lane> resting = new HashSet<>();
    private final Promise<Void> idle = Promise.promise();
    private boolean stopped;

    Lanes(Vertx vertx, int concurrency, Function<Lane, Future<Drain.Result>> drain) {
        this.vertx = vertx;
        this.concurrency = concurrency;
        this.drain = drain;
    }

    /** The lane has events. It is drained as soon as there is room; offering it again does no harm. */
    void offer(Lane lane) {
        if (stopped || resting.contains(lane)) {
            return;
        }
        if (active.contains(lane)) {
            offeredAgain.add(lane);
        } else {
            waiting.add(lane);
            drainNext();
        }
    }

    /** Starts no more drains; completes when those under way have ended. */
    Future<Void> stop() {
        stopped = true;
        waiting.clear();
        if (active.isEmpty()) {
            idle.tryComplete();
        }
        return idle.future();
    }

    private void drainNext() {
        Iterator<Lane> next = waiting.iterator();
        while (active.size() < concurrency && next.hasNext()) {
            Lane lane = next.next();
            next.remove();
            active.add(lane);
            Future<Drain.Result> ended = Future.succeededFuture(lane).compose(drain); // Also if it throws.
            ended.onComplete(result -> {
                active.remove(lane);
                ended(lane, result);
            });
            next = waiting.iterator(); // The drain may have ended at once and changed the set.
        }
    }

    private void ended(Lane lane, AsyncResult<Drain.Result> result) {
        boolean again = offeredAgain.remove(lane);
        if (stopped) {
            if (active.isEmpty()) {
                idle.tryComplete();
            }
            return;
        }
        if (result.failed() || result.result() == Drain.Result.FAILED) {
            rest(lane, result.cause());
        } else {
            failures.remove(lane);
            if (result.result() == Drain.Result.MORE || (again && result.result() != Drain.Result.UNREACHABLE)) {
                waiting.add(lane);
            }
        }
        drainNext();
    }

    private void rest(Lane lane, @Nullable Throwable cause) {
        int before = failures.merge(lane, 1, Integer::sum) - 1;
        long ceiling = Math.min(MAX_REST_MILLIS, MIN_REST_MILLIS << Math.min(before, 10));
        resting.add(lane);
        log.atWarn()
                .addKeyValue("topic", lane.topic())
                .addKeyValue("bucket", lane.bucket())
                .addKeyValue("attempt", before + 1)
                .addKeyValue("error", cause == null ? "too many entries failed" : cause.toString())
                .log("A drain did not send everything; it is repeated");
        vertx.setTimer(ThreadLocalRandom.current().nextLong(MIN_REST_MILLIS / 2, ceiling + 1), timer -> {
            resting.remove(lane);
            offer(lane);
        });
    }
}
