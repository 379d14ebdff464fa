package dev.vertxoutbox.outbox;

import io.vertx.core.AsyncResult;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes the relay by NOTIFY, after the commit and in a statement of its own: a transaction that has notified holds a
 * database-wide lock through its commit. At most one ring is under way; any number of calls meanwhile become one more.
 *
 * <p>A ring may be lost without harm beyond latency, so a failed one is only logged.
 */
final class Doorbell {

    static final String CHANNEL = "outbox_event";
    private static final Logger log = LoggerFactory.getLogger(Doorbell.class);
    private static final int RING_TIMEOUT_SECONDS = 5;

    private enum State {
        SILENT,
        RINGING,
        RINGING_AND_ASKED_AGAIN
    }

    private final Pool pool;
    private final AtomicReference<State> state = new AtomicReference<>(State.SILENT);

    Doorbell(Pool pool) {
        this.pool = pool;
    }

    void ring() {
        State before = state.getAndUpdate(s -> s == State.SILENT ? State.RINGING : State.RINGING_AND_ASKED_AGAIN);
        if (before == State.SILENT) {
            send();
        }
    }

    private void send() {
        pool.query("NOTIFY " + CHANNEL)
                .execute()
                .timeout(RING_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .onComplete(this::sent);
    }

    private void sent(AsyncResult<RowSet<Row>> result) {
        if (result.failed()) {
            state.set(State.SILENT);
            log.atWarn().setCause(result.cause()).log("Could not ring for the relay; its next poll finds the event");
            return;
        }
        State before = state.getAndUpdate(s -> s == State.RINGING ? State.SILENT : State.RINGING);
        if (before == State.RINGING_AND_ASKED_AGAIN) {
            send();
        }
    }
}
