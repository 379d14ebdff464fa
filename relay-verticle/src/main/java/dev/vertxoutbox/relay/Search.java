package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Floors;
import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneHead;
import dev.vertxoutbox.outbox.OutboxStore;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the lanes that hold events. Usually it looks at all there is, which takes one probe for each lane with events.
 * When that was slow twice in a row, because deleted rows pile up under an open snapshot, searches and claims begin at
 * floors which follow behind what is sent, until a look at everything, now and then, is quick again. Only until then are
 * lanes told apart whose events are all to be left alone: for that it reads on behind their oldest.
 *
 * <p>Confined to one event loop; one look at everything is under way at most while it is slow.
 */
final class Search {

    /** Above this, looking at everything costs more than the probe of each floor that takes its place. */
    static final long SLOW_MILLIS = 25;

    /** One may be slow because the machine was busy; in a row they are. */
    private static final int SLOW_LOOKS = 2;

    private static final long FLOOR_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MIN_REST_MILLIS = 5_000;
    private static final int RESTS_PER_SWEEP = 4;
    private static final int TIMEOUT_SECONDS = 10;
    private static final int SWEEP_TIMEOUT_SECONDS = 30;
    private static final Logger log = LoggerFactory.getLogger(Search.class);

    private final Vertx vertx;
    private final Pool pool;
    private final OutboxStore store;
    private final FloorWatch floors;
    private final Supplier<Map<Lane, Set<String>>> exceptSubjects;
    private final Consumer<List<LaneHead>> found;
    private final long slowMillis;
    private final long minRestMillis;
    private int slowLooks;
    private boolean slow;
    private boolean stopped;
    private long observedAtNanos;

    /**
     * @param exceptSubjects subjects whose events are to be left alone now
     * @param found called with the lanes that a look at everything finds in the background
     */
    Search(
            Vertx vertx,
            Pool pool,
            OutboxStore store,
            FloorWatch floors,
            Supplier<Map<Lane, Set<String>>> exceptSubjects,
            Consumer<List<LaneHead>> found) {
        this(vertx, pool, store, floors, exceptSubjects, found, SLOW_MILLIS, MIN_REST_MILLIS);
    }

    /** With other limits than the usual, for tests. */
    Search(
            Vertx vertx,
            Pool pool,
            OutboxStore store,
            FloorWatch floors,
            Supplier<Map<Lane, Set<String>>> exceptSubjects,
            Consumer<List<LaneHead>> found,
            long slowMillis,
            long minRestMillis) {
        this.vertx = vertx;
        this.pool = pool;
        this.store = store;
        this.floors = floors;
        this.exceptSubjects = exceptSubjects;
        this.found = found;
        this.slowMillis = slowMillis;
        this.minRestMillis = minRestMillis;
        this.observedAtNanos = System.nanoTime() - FLOOR_INTERVAL_NANOS;
    }

    /** The lanes with events. Fails if the database does not answer in time. */
    Future<List<LaneHead>> lanes() {
        return slow ? aboveFloors() : everything(exceptSubjects.get(), TIMEOUT_SECONDS);
    }

    void stop() {
        stopped = true;
    }

    private Future<List<LaneHead>> aboveFloors() {
        return observe()
                .compose(observed ->
                        ask(connection -> store.lanes(connection, floors.floors(), Map.of()), TIMEOUT_SECONDS))
                .onSuccess(floors::found);
    }

    private Future<Void> observe() {
        long now = System.nanoTime();
        if (now - observedAtNanos < FLOOR_INTERVAL_NANOS) {
            return Future.succeededFuture();
        }
        observedAtNanos = now;
        return ask(store::horizon, TIMEOUT_SECONDS).onSuccess(floors::observe).mapEmpty();
    }

    private Future<List<LaneHead>> everything(Map<Lane, Set<String>> except, int timeoutSeconds) {
        long start = System.nanoTime();
        Floors floorsAtStart = floors.floors();
        return ask(connection -> store.lanes(connection, Floors.NONE, except), timeoutSeconds)
                .onSuccess(heads -> floors.foundInAll(heads, floorsAtStart))
                .onComplete(result -> lookedAtEverything(result, System.nanoTime() - start));
    }

    private void lookedAtEverything(AsyncResult<List<LaneHead>> result, long nanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        boolean wasSlow = slow;
        if (result.succeeded()) {
            slowLooks = millis > slowMillis ? slowLooks + 1 : 0;
            slow = slowLooks >= SLOW_LOOKS;
        } else if (result.cause() instanceof TimeoutException) {
            slowLooks = SLOW_LOOKS;
            slow = true;
        }
        if (!slow) {
            floors.reset();
        } else if (!wasSlow) {
            log.atDebug().addKeyValue("millis", millis).log("Looking at all of the outbox is slow; now above floors");
            sweepAfter(millis);
        }
    }

    private void sweepAfter(long millis) {
        vertx.setTimer(Math.max(minRestMillis, RESTS_PER_SWEEP * millis), timer -> {
            if (!stopped) {
                sweep();
            }
        });
    }

    private void sweep() {
        long start = System.nanoTime();
        everything(Map.of(), SWEEP_TIMEOUT_SECONDS)
                .onSuccess(found::accept)
                .onFailure(failure -> log.atWarn()
                        .addKeyValue("error", failure.toString())
                        .log("Cannot look at all of the outbox; trying again"))
                .onComplete(swept -> {
                    if (slow) {
                        sweepAfter(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
                    }
                });
    }

    private <T> Future<T> ask(Function<SqlConnection, Future<T>> question, int timeoutSeconds) {
        return pool.withConnection(question).timeout(timeoutSeconds, TimeUnit.SECONDS);
    }
}
