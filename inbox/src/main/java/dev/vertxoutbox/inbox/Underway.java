package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/** Counts what is under way and nobody waits for, so that a stop can. */
final class Underway {
    private final List<Promise<Void>> waiting = new ArrayList<>();
    private int count;

    void track(Future<?> work) {
        count++;
        work.onComplete(done -> {
            count--;
            tellIfNone();
        });
    }

    /** Completes when nothing tracked is under way. */
    Future<Void> none() {
        Promise<Void> none = Promise.promise();
        waiting.add(none);
        tellIfNone();
        return none.future();
    }

    private void tellIfNone() {
        if (count == 0) {
            List<Promise<Void>> told = List.copyOf(waiting);
            waiting.clear();
            told.forEach(Promise::complete);
        }
    }
}
