package dev.vertxoutbox.inbox;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One loop of long polls, none for more messages than there is room for. No error ends it, only {@link #stop}. */
final class Poller {
    private final Vertx vertx;
    private final InFlight inFlight;
    private final Reception reception;
    private final MessageGroups groups;
    private final Backoff backoff = new Backoff();
    private final Promise<Void> ended = Promise.promise();
    private @Nullable Long retryTimer;
    private boolean stopping;

    Poller(Vertx vertx, InFlight inFlight, Reception reception, MessageGroups groups) {
        this.vertx = vertx;
        this.inFlight = inFlight;
        this.reception = reception;
        this.groups = groups;
    }

    /** Runs until stopped. */
    void start() {
        if (stopping) {
            ended.tryComplete();
            return;
        }
        inFlight.reserve(Queue.MOST_ENTRIES).compose(this::poll).onComplete(this::polled);
    }

    /** Starts no other poll; completes when the current one has ended, as aborting it would swallow a message. */
    Future<Void> stop() {
        stopping = true;
        Long timer = retryTimer;
        if (timer != null && vertx.cancelTimer(timer)) {
            ended.tryComplete();
        }
        return ended.future();
    }

    private Future<Void> poll(int room) {
        return reception
                .receive(room)
                .onFailure(failure -> inFlight.fill(room, List.of()))
                .map(arrived -> {
                    inFlight.fill(room, arrived);
                    arrived.forEach(groups::add);
                    return null;
                });
    }

    private void polled(AsyncResult<Void> result) {
        if (result.succeeded()) {
            backoff.reset();
            start();
        } else {
            retryTimer = vertx.setTimer(backoff.nextMillis(), timer -> start());
        }
    }
}
