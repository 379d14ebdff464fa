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
 * database-wide lock through its commit. A call after a pause rings at once. After a ring comes a rest of a millisecond
 * for each event that it stands for, {@value #MAX_REST_MILLIS} at most, and the calls meanwhile become one more ring: a
 * relay looks at what they wrote together, and under load writers share their database with some fifteen rings, and looks
 * of the relays, per second and process, however many events they write.
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

    /** As long as a relay that finds events in all lanes rests before it looks again. */
    static final int MAX_REST_MILLIS = 64;

    private final Pool pool;

    /** Events since the ring that is under way or rested after, and one for that ring; 0 when it may ring at once. */
    private final AtomicInteger events = new AtomicInteger();

    Doorbell(Pool pool) {
        this.pool = pool;
    }

    /** @param committed events, at least one */
    void ring(int committed) {
        if (events.getAndUpdate(before -> before == 0 ? 1 : before + committed) == 0) {
            send(committed);
        }
    }

    private void send(int committed) {
        long start = System.nanoTime();
        Future.succeededFuture()
                .compose(go -> pool.query(RING).execute()) // Also if it throws.
                .timeout(RING_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .onComplete(result -> sent(result, committed, System.nanoTime() - start));
    }

    private void sent(AsyncResult<RowSet<Row>> result, int committed, long nanos) {
        if (result.failed()) {
            log.atWarn().setCause(result.cause()).log("Could not ring for the relay; its next poll finds the event");
        }
        int restMillis = Math.min(MAX_REST_MILLIS, committed);
        long restNanos = TimeUnit.MILLISECONDS.toNanos(restMillis) - nanos;
        CompletableFuture.delayedExecutor(restNanos, TimeUnit.NANOSECONDS).execute(this::rested);
    }

    private void rested() {
        int since = events.getAndUpdate(before -> before == 1 ? 0 : 1) - 1;
        if (since > 0) {
            send(since);
        }
    }
}
