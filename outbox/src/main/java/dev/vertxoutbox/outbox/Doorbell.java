package dev.vertxoutbox.outbox;

import io.vertx.core.AsyncResult;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes the relay by NOTIFY, after the commit and in a statement of its own: a transaction that has notified holds a
 * database-wide lock through its commit. The first call rings at once. Until two milliseconds after that, any number of
 * calls become one more ring: a relay looks at what they wrote together, and writers share their
 * database with at most 500 rings per second and process, however many events they write.
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
    private static final int INTERVAL_MILLIS = 2;

    private enum State {
        SILENT,
        RUNG,
        RUNG_AND_ASKED_AGAIN
    }

    private final Pool pool;
    private final AtomicReference<State> state = new AtomicReference<>(State.SILENT);

    Doorbell(Pool pool) {
        this.pool = pool;
    }

    void ring() {
        State before = state.getAndUpdate(s -> s == State.SILENT ? State.RUNG : State.RUNG_AND_ASKED_AGAIN);
        if (before == State.SILENT) {
            send();
        }
    }

    private void send() {
        long start = System.nanoTime();
        pool.query(RING)
                .execute()
                .timeout(RING_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .onComplete(result -> sent(result, System.nanoTime() - start));
    }

    private void sent(AsyncResult<RowSet<Row>> result, long nanos) {
        if (result.failed()) {
            state.set(State.SILENT);
            log.atWarn().setCause(result.cause()).log("Could not ring for the relay; its next poll finds the event");
            return;
        }
        long restNanos = TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS) - nanos;
        CompletableFuture.delayedExecutor(restNanos, TimeUnit.NANOSECONDS).execute(this::rested);
    }

    private void rested() {
        State before = state.getAndUpdate(s -> s == State.RUNG ? State.SILENT : State.RUNG);
        if (before == State.RUNG_AND_ASKED_AGAIN) {
            send();
        }
    }
}
