package dev.vertxoutbox.outbox;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes the relay by NOTIFY, after the commit and in a statement of its own: a transaction that has notified holds a
 * database-wide lock through its commit. A call after a pause rings at once. After a ring comes a rest of two milliseconds
 * for each call that it stands for, sixteen at most, and the calls meanwhile become one more ring: a relay looks at what
 * they wrote together, and under load writers share their database with some sixty rings per second and process, however
 * many events they write.
 *
 * <p>A ring may be lost without harm beyond latency, so a failed one is only logged.
 */
final class Doorbell {

    static final String CHANNEL = "outbox_event";

    // A ring is a commit of its own. It does not wait for the disk, since there is nothing in it to be lost.
    private static final String RING =
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify('" + CHANNEL + "', '')";

    private static final Logger log = LoggerFactory.getLogger(Doorbell.class);
    private static final int RING_TIMEOUT_SECONDS = 5;
    private static final int REST_MILLIS_PER_CALL = 2;
    private static final int MAX_REST_MILLIS = 16;

    private final Pool pool;

    /** Those the current ring or its rest stands for, as one, and those since; 0 when it may ring at once. */
    private final AtomicInteger calls = new AtomicInteger();

    Doorbell(Pool pool) {
        this.pool = pool;
    }

    void ring() {
        if (calls.getAndIncrement() == 0) {
            send(1);
        }
    }

    private void send(int callers) {
        long start = System.nanoTime();
        Future.succeededFuture()
                .compose(go -> pool.query(RING).execute()) // Also if it throws.
                .timeout(RING_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .onComplete(result -> sent(result, callers, System.nanoTime() - start));
    }

    private void sent(AsyncResult<RowSet<Row>> result, int callers, long nanos) {
        if (result.failed()) {
            log.atWarn().setCause(result.cause()).log("Could not ring for the relay; its next poll finds the event");
        }
        int restMillis = Math.min(MAX_REST_MILLIS, callers * REST_MILLIS_PER_CALL);
        long restNanos = TimeUnit.MILLISECONDS.toNanos(restMillis) - nanos;
        CompletableFuture.delayedExecutor(restNanos, TimeUnit.NANOSECONDS).execute(this::rested);
    }

    private void rested() {
        int callers = calls.getAndUpdate(before -> before == 1 ? 0 : 1) - 1;
        if (callers > 0) {
            send(callers);
        }
    }
}
