package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether events can be recorded now. Polls ask first: a message received while the database is down could only
 * be given back, and each receive uses up one of the tries that the redrive policy grants.
 */
final class Database {
    private static final long RECENT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PROBE_TIMEOUT_SECONDS = 5;

    private final Vertx vertx;
    private final ProcessedStore store;
    private final Condition condition;
    private final Backoff backoff = new Backoff();
    private long lastWorkedNanos = System.nanoTime() - RECENT_NANOS;
    private @Nullable Promise<Void> probing;
    private @Nullable Long retryTimer;
    private boolean closed;

    Database(Vertx vertx, ProcessedStore store, Condition condition) {
        this.vertx = vertx;
        this.store = store;
        this.condition = condition;
    }

    /** Completes as soon as the database works, or on close. */
    Future<Void> works() {
        if (closed || (condition.isOk() && System.nanoTime() - lastWorkedNanos < RECENT_NANOS)) {
            return Future.succeededFuture();
        }
        Promise<Void> current = probing;
        if (current == null) {
            current = Promise.promise();
            probing = current;
            probe(current);
        }
        return current.future();
    }

    void worked() {
        lastWorkedNanos = System.nanoTime();
        condition.works();
    }

    void failed(Throwable failure) {
        condition.fails(failure);
    }

    void close() {
        closed = true;
        Promise<Void> current = probing;
        if (current != null) {
            probing = null;
            current.tryComplete();
        }
        Long timer = retryTimer;
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }

    private void probe(Promise<Void> current) {
        store.probe().timeout(PROBE_TIMEOUT_SECONDS, TimeUnit.SECONDS).onComplete(probed -> {
            if (probed.succeeded()) {
                worked();
                backoff.reset();
                probing = null;
                current.tryComplete();
            } else if (!closed) {
                failed(probed.cause());
                retryTimer = vertx.setTimer(backoff.nextMillis(), timer -> probe(current));
            }
        });
    }
}
