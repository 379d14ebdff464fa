package dev.vertxoutbox.payment;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps calls from a gateway that does not answer: after {@value #MOST_FAILURES} failures in a row they wait, and one at
 * a time tries, after pauses that grow, until an answer lets all of them go on. Used on one context only.
 */
final class Circuit {
    private static final Logger log = LoggerFactory.getLogger(Circuit.class);
    private static final int MOST_FAILURES = 5;

    /**
     * Why calls wait.
     *
     * @param since when the circuit opened
     */
    record Outage(Instant since, Throwable failure) {}

    private record Waiting(Promise<Void> permit, long deadlineNanos) {}

    private final Vertx vertx;
    private final Patience patience;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private volatile @Nullable Outage outage;
    private int failures;
    private int trials;
    private boolean trialDue;
    private @Nullable Long timer;
    private boolean closed;

    Circuit(Vertx vertx, Patience patience) {
        this.vertx = vertx;
        this.patience = patience;
    }

    /** Null while calls pass; readable from any thread. */
    @Nullable
    Outage outage() {
        return outage;
    }

    /** Completes when a call may be made, whose end is to be reported; fails at the deadline, or on close. */
    Future<Void> permit(long deadlineNanos) {
        if (outage == null) {
            return Future.succeededFuture();
        }
        if (closed) {
            return Future.failedFuture("The gateway does not answer, and this service stops");
        }
        if (trialDue) {
            trialDue = false;
            return Future.succeededFuture();
        }
        Promise<Void> permit = Promise.promise();
        waiting.add(new Waiting(permit, deadlineNanos));
        return permit.future();
    }

    void succeeded() {
        failures = 0;
        if (outage != null) {
            outage = null;
            log.info("The gateway answers again");
            cancelTimer();
            trials = 0;
            trialDue = false;
            releaseAll(null);
        }
    }

    void failed(Throwable failure) {
        failures++;
        Outage current = outage;
        if (current == null && failures >= MOST_FAILURES) {
            log.atWarn().setCause(failure).log("The gateway does not answer; payments wait until it does");
            outage = new Outage(Instant.now(), failure);
        } else if (current != null) {
            outage = new Outage(current.since(), failure);
        }
        if (outage != null && timer == null && !trialDue && !closed) {
            timer = vertx.setTimer(pauseMillis(), elapsed -> tryOne());
        }
    }

    /** Lets nobody wait any longer; calls under way end by themselves. */
    void close() {
        closed = true;
        cancelTimer();
        releaseAll("The gateway does not answer, and this service stops");
    }

    private void tryOne() {
        timer = null;
        trials++;
        long now = System.nanoTime();
        Waiting first = waiting.poll();
        while (first != null && first.deadlineNanos() - now <= 0) {
            first.permit().fail(new TimeoutException("The gateway did not answer in time"));
            first = waiting.poll();
        }
        if (first == null) {
            trialDue = true;
        } else {
            first.permit().complete();
        }
    }

    private void releaseAll(@Nullable String failure) {
        Deque<Waiting> released = new ArrayDeque<>(waiting);
        waiting.clear();
        for (Waiting each : released) {
            if (failure == null) {
                each.permit().complete();
            } else {
                each.permit().fail(failure);
            }
        }
    }

    private void cancelTimer() {
        Long current = timer;
        if (current != null) {
            vertx.cancelTimer(current);
            timer = null;
        }
    }

    /**
     * Half of it is random, so that several processes do not try at the same moment. It grows with what was tried, not with
     * what failed: an outage makes all calls that are under way fail at once.
     */
    private long pauseMillis() {
        long most = Math.max(2, patience.pause(trials + 1).toMillis());
        return most / 2 + ThreadLocalRandom.current().nextLong(most / 2) + 1;
    }
}
