package dev.vertxoutbox.inbox;

import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks once a minute how many messages the dead-letter queue holds, for a gauge. No error ends it. */
final class DeadLetterDepth {
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);
    private static final long INTERVAL_MILLIS = 60_000;

    private final Vertx vertx;
    private final DeadLetters deadLetters;
    private final InboxConfig config;
    private @Nullable Long timer;
    private boolean warned;
    private volatile double depth = Double.NaN;

    DeadLetterDepth(Vertx vertx, DeadLetters deadLetters, InboxConfig config) {
        this.vertx = vertx;
        this.deadLetters = deadLetters;
        this.config = config;
    }

    void start() {
        measure();
        timer = vertx.setPeriodic(INTERVAL_MILLIS, tick -> measure());
    }

    void stop() {
        Long running = timer;
        if (running != null) {
            vertx.cancelTimer(running);
        }
    }

    /** As of the last look, not a number when that failed; callable from any thread. */
    double depth() {
        return depth;
    }

    private void measure() {
        deadLetters
                .depth()
                .onSuccess(found -> {
                    depth = found;
                    warned = false;
                })
                .onFailure(this::failed);
    }

    private void failed(Throwable failure) {
        depth = Double.NaN;
        if (!warned) {
            warned = true;
            log.atWarn()
                    .addKeyValue("consumer", config.consumer())
                    .addKeyValue("queue", config.queueUrl())
                    .setCause(failure)
                    .log("Cannot tell how many messages are in the dead-letter queue");
        }
    }
}
