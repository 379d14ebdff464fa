package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A limit for how long each of many things may take. As it is the same for all, they run out in the order in which they
 * began, and one timer is enough. Each outcome is told in a turn of its own: a listener that throws disturbs neither the
 * others nor what was limited.
 */
final class TimeLimit {
    private final Vertx vertx;
    private final Duration limit;
    private final Set<Limited<?>> running = new LinkedHashSet<>();
    private @Nullable Long timer;
    private boolean closed;

    /** Compared by identity. */
    private final class Limited<T> {
        private final Promise<T> outcome = Promise.promise();
        private final long endNanos;

        private Limited(long endNanos) {
            this.endNanos = endNanos;
        }

        private void end(Future<T> result) {
            vertx.runOnContext(go -> result.onSuccess(outcome::tryComplete).onFailure(outcome::tryFail));
        }
    }

    TimeLimit(Vertx vertx, Duration limit) {
        this.vertx = vertx;
        this.limit = limit;
    }

    /** {@return what the work brings, or a {@link TimeoutException} when it takes too long} */
    <T> Future<T> within(Future<T> work) {
        Limited<T> limited = new Limited<>(System.nanoTime() + limit.toNanos());
        running.add(limited);
        schedule();
        work.onComplete(ended -> {
            running.remove(limited);
            limited.end(work);
        });
        return limited.outcome.future();
    }

    /** From now on nothing runs out of time. */
    void close() {
        closed = true;
        Long last = timer;
        if (last != null) {
            vertx.cancelTimer(last);
        }
    }

    private void schedule() {
        if (timer == null && !closed && !running.isEmpty()) {
            long left = running.iterator().next().endNanos - System.nanoTime();
            timer = vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left) + 1), fired -> runOut());
        }
    }

    private void runOut() {
        timer = null;
        long now = System.nanoTime();
        List<Limited<?>> over = running.stream()
                .takeWhile(limited -> limited.endNanos - now <= 0)
                .toList();
        over.forEach(running::remove);
        over.forEach(limited -> limited.end(
                Future.failedFuture(new TimeoutException("Not processed within " + limit.toMillis() + " ms"))));
        schedule();
    }
}
