package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneHead;
import dev.vertxoutbox.outbox.OutboxStore;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the lanes that hold events. Usually it looks at all there is, which takes one probe for each lane with events.
 * When that has become slow, because deleted rows pile up under an open snapshot, it looks above the floors only, and a
 * sweep in the background looks at the rest, resting four times as long as it takes.
 *
 * <p>Confined to one event loop; one sweep is under way at most.
 */
final class Search {

    /** Above this, looking at everything costs more than the probe of each floor that takes its place. */
    static final long SLOW_MILLIS = 25;

    private static final long MIN_REST_MILLIS = 200;
    private static final int RESTS_PER_SWEEP = 4;
    private static final int TIMEOUT_SECONDS = 10;
    private static final int SWEEP_TIMEOUT_SECONDS = 30;
    private static final Logger log = LoggerFactory.getLogger(Search.class);

    private final Vertx vertx;
    private final Pool pool;
    private final OutboxStore store;
    private final Floors floors;
    private final Consumer<Lane> found;
    private final long slowMillis;
    private boolean slow;
    private boolean stopped;

    /**
     * @param found called with each lane that a sweep finds
     * @param slowMillis {@link #SLOW_MILLIS}, but for tests
     */
    Search(Vertx vertx, Pool pool, OutboxStore store, Floors floors, Consumer<Lane> found, long slowMillis) {
        this.vertx = vertx;
        this.pool = pool;
        this.store = store;
        this.floors = floors;
        this.found = found;
        this.slowMillis = slowMillis;
    }

    /** The lanes with events to send. Fails if the database does not answer in time. */
    Future<List<Lane>> lanes() {
        return slow ? lanes(heads(floors.all(), TIMEOUT_SECONDS)) : all(TIMEOUT_SECONDS);
    }

    void stop() {
        stopped = true;
    }

    private Future<List<Lane>> all(int timeoutSeconds) {
        long start = System.nanoTime();
        Future<List<LaneHead>> heads = heads(Map.of(), timeoutSeconds);
        return lanes(heads.onSuccess(floors::found).onComplete(result -> ended(result, System.nanoTime() - start)));
    }

    private void ended(AsyncResult<List<LaneHead>> result, long nanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        boolean wasSlow = slow;
        if (result.succeeded()) {
            slow = millis > slowMillis;
        } else if (result.cause() instanceof TimeoutException) {
            slow = true;
        }
        if (slow && !wasSlow) {
            log.atDebug().addKeyValue("millis", millis).log("Looking at all of the outbox is slow; sweeping");
            sweepAfter(millis);
        }
    }

    private void sweepAfter(long millis) {
        vertx.setTimer(Math.max(MIN_REST_MILLIS, RESTS_PER_SWEEP * millis), timer -> {
            if (!stopped) {
                sweep();
            }
        });
    }

    private void sweep() {
        long start = System.nanoTime();
        all(SWEEP_TIMEOUT_SECONDS)
                .onSuccess(lanes -> lanes.forEach(found))
                .onFailure(failure -> log.atWarn()
                        .addKeyValue("error", failure.toString())
                        .log("Cannot look at all of the outbox; trying again"))
                .onComplete(swept -> {
                    if (slow) {
                        sweepAfter(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
                    }
                });
    }

    private Future<List<LaneHead>> heads(Map<Lane, Long> floors, int timeoutSeconds) {
        return pool.withConnection(connection -> store.lanes(connection, floors))
                .timeout(timeoutSeconds, TimeUnit.SECONDS);
    }

    private static Future<List<Lane>> lanes(Future<List<LaneHead>> heads) {
        return heads.map(found -> found.stream().map(LaneHead::lane).toList());
    }
}
