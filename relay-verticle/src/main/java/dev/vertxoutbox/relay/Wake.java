package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Lane;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
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
 * <p>Confined to one event loop. A failed search is repeated by the next call, that of the poll timer at the latest.
 */
final class Wake {

    private static final Logger log = LoggerFactory.getLogger(Wake.class);

    private final Supplier<Future<List<Lane>>> search;
    private final Consumer<Lane> found;
    private boolean searching;
    private boolean calledAgain;
    private @Nullable Throwable failure;

    Wake(Supplier<Future<List<Lane>>> search, Consumer<Lane> found) {
        this.search = search;
        this.found = found;
    }

    void up() {
        if (searching) {
            calledAgain = true;
            return;
        }
        searching = true;
        Future.succeededFuture().compose(start -> search.get()).onComplete(this::ended); // Also if it throws.
    }

    /** Why the last search failed, or null if it did not. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    private void ended(AsyncResult<List<Lane>> lanes) {
        searching = false;
        note(lanes.cause());
        if (lanes.succeeded()) {
            lanes.result().forEach(found);
        }
        boolean again = calledAgain && lanes.succeeded();
        calledAgain = false;
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
