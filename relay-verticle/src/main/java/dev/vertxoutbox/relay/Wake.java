package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.LaneHead;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for lanes with events whenever somebody calls {@link #up}: at the start, at a notification, after the listener
 * has subscribed again, at every poll. One search is under way at most; calls meanwhile become one more.
 *
 * <p>After a search comes a rest of a millisecond for each lane that it found, but for those that are held. So a lone event
 * is looked for at once; under load, where every search would find a few events in many lanes, more is found together, and
 * writers share their database with a few searches only, however often they ring.
 *
 * <p>Confined to one event loop. A failed search is repeated by the next call, that of the poll timer at the latest.
 */
final class Wake {

    private static final Logger log = LoggerFactory.getLogger(Wake.class);
    static final int MAX_REST_MILLIS = 64;

    private enum State {
        READY,
        BUSY,
        BUSY_AND_CALLED_AGAIN
    }

    private final Vertx vertx;
    private final Supplier<Future<List<LaneHead>>> search;
    private final Consumer<List<LaneHead>> found;
    private State state = State.READY;
    private @Nullable Throwable failure;

    Wake(Vertx vertx, Supplier<Future<List<LaneHead>>> search, Consumer<List<LaneHead>> found) {
        this.vertx = vertx;
        this.search = search;
        this.found = found;
    }

    void up() {
        if (state != State.READY) {
            state = State.BUSY_AND_CALLED_AGAIN;
            return;
        }
        state = State.BUSY;
        Future.succeededFuture().compose(ready -> search.get()).onComplete(this::ended); // Also if it throws.
    }

    /** Why the last search failed, or null if it did not. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    private void ended(AsyncResult<List<LaneHead>> heads) {
        note(heads.cause());
        if (heads.failed()) {
            state = State.READY; // Who called meanwhile waits for the next call as well.
            return;
        }
        if (heads.result().isEmpty()) {
            rested();
            return;
        }
        // First, so that the next call is heard even if this one's lanes cannot be taken.
        vertx.setTimer(restMillis(heads.result()), timer -> rested());
        found.accept(heads.result());
    }

    /** Held lanes are found by every search as long as their events wait, and nothing comes of it. */
    static long restMillis(List<LaneHead> heads) {
        long lanes = heads.stream().filter(head -> !head.held()).count();
        return Math.max(1, Math.min(MAX_REST_MILLIS, lanes));
    }

    private void rested() {
        boolean again = state == State.BUSY_AND_CALLED_AGAIN;
        state = State.READY;
        if (again) {
            up();
        }
    }

    private void note(@Nullable Throwable cause) {
        if (cause != null && failure == null) {
            log.atWarn()
                    .addKeyValue("error", cause.toString())
                    .log("Cannot look into the outbox; every poll tries again");
        } else if (cause == null && failure != null) {
            log.atInfo().log("The outbox can be looked into again");
        }
        failure = cause;
    }
}
