package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneGroup;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drains lanes that have something to send: a bounded number of drains at once, each lane by one at a time. Lanes that are
 * found together are drained together, a few at once, so that a few events in each of them make few transactions and full
 * requests. A lane that holds more than its share is drained alone, so that it holds nobody else up. A lane whose drain
 * failed rests for a while, so that nothing is retried in a hot loop.
 *
 * <p>Confined to one event loop. All state is bounded by the number of lanes.
 */
final class Lanes {

    private static final Logger log = LoggerFactory.getLogger(Lanes.class);
    static final int MAX_LANES_PER_DRAIN = 16;
    static final long MIN_REST_MILLIS = 100;
    static final long MAX_REST_MILLIS = 1_000;

    private final Vertx vertx;
    private final int concurrency;
    private final Function<LaneGroup, Future<Map<Lane, Drain.Result>>> drain;
    private final Runnable search;

    private final Set<Lane> waiting = new LinkedHashSet<>();
    private final Set<Lane> active = new HashSet<>();
    /** Those of the waiting that are known to hold more than one drain of several takes. */
    private final Set<Lane> full = new HashSet<>();
    /** Offered while they were drained: the drain may have read before the event was committed. */
    private final Set<Lane> offeredAgain = new HashSet<>();
    /** Failures in a row of lanes that rest or have just rested. */
    private final Map<Lane, Integer> failures = new HashMap<>();

    private final Set<Lane> resting = new HashSet<>();
    private final Promise<Void> idle = Promise.promise();
    private int drains;
    private boolean stopped;

    /**
     * @param drain drains lanes of one topic
     * @param search looks for lanes with events, and offers them
     */
    Lanes(Vertx vertx, int concurrency, Function<LaneGroup, Future<Map<Lane, Drain.Result>>> drain, Runnable search) {
        this.vertx = vertx;
        this.concurrency = concurrency;
        this.drain = drain;
        this.search = search;
    }

    /** These lanes have events. They are drained as soon as there is room; offering them again does no harm. */
    void offer(Collection<Lane> lanes) {
        if (stopped) {
            return;
        }
        for (Lane lane : lanes) {
            if (active.contains(lane)) {
                offeredAgain.add(lane);
            } else if (!resting.contains(lane)) {
                waiting.add(lane);
            }
        }
        drainNext();
    }

    /** Starts no more drains; completes when those under way have ended. */
    Future<Void> stop() {
        stopped = true;
        waiting.clear();
        if (drains == 0) {
            idle.tryComplete();
        }
        return idle.future();
    }

    private void drainNext() {
        while (drains < concurrency && !waiting.isEmpty()) {
            LaneGroup group = LaneGroup.of(next());
            waiting.removeAll(group.lanes());
            active.addAll(group.lanes());
            drains++;
            Future.succeededFuture(group)
                    .compose(drain)
                    .onComplete(
                            drained -> { // Also if it throws.
                                drains--;
                                ended(group, drained);
                            });
        }
    }

    private Set<Lane> next() {
        Lane first = waiting.iterator().next();
        return full.remove(first)
                ? Set.of(first)
                : waiting.stream()
                        .filter(lane -> lane.topic().equals(first.topic()) && !full.contains(lane))
                        .limit(MAX_LANES_PER_DRAIN)
                        .collect(Collectors.toSet());
    }

    private void ended(LaneGroup group, AsyncResult<Map<Lane, Drain.Result>> drained) {
        group.lanes().forEach(active::remove);
        if (stopped) {
            if (drains == 0) {
                idle.tryComplete();
            }
            return;
        }
        boolean unsure = false;
        for (Lane lane : group.lanes()) {
            Drain.Result result = drained.succeeded() ? drained.result().get(lane) : Drain.Result.FAILED;
            boolean again = offeredAgain.remove(lane);
            unsure |= again && result != Drain.Result.UNREACHABLE && result != Drain.Result.FAILED;
            ended(lane, result, drained.cause());
        }
        if (unsure) { // Most of them were offered for the events that have just been sent: ask before draining again.
            search.run();
        }
        drainNext();
    }

    private void ended(Lane lane, Drain.@Nullable Result result, @Nullable Throwable cause) {
        if (result == Drain.Result.FAILED) {
            rest(lane, cause);
            return;
        }
        failures.remove(lane);
        if (result == Drain.Result.MORE) {
            full.add(lane);
            waiting.add(lane);
        }
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
            offer(List.of(lane));
        });
    }
}
