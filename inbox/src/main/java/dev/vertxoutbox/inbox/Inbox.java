package dev.vertxoutbox.inbox;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * An idempotent consumer of one SQS queue: whatever is delivered, however often, each event takes effect once.
 *
 * <p>All its work happens on one context: the current one when it is created, as in a verticle's {@code start()}, or
 * else one of its own. Its methods may be called from any thread.
 */
public final class Inbox {
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);

    private enum State {
        NEW,
        RUNNING,
        STOPPED
    }

    private final Context context;
    private final Engine engine;
    private final InboxConfig config;
    private final Promise<Void> stopped = Promise.promise();
    private volatile State state = State.NEW;

    /**
     * Creates an inbox that does not poll yet.
     *
     * @param vertx where its timers and its context come from
     * @param pool database with the schema {@code inbox} and whatever the effects write; it stays the caller's to close
     * @param sqs client of the queue's region or endpoint; it stays the caller's to close. Each poller keeps one of its
     *     connections busy, and its read timeout must be longer than {@code longPoll}
     * @param config how to consume
     * @param handlersByEventType what to do with each event type; other types are acknowledged and counted
     * @param meters where the meters listed in the package description are registered
     */
    public Inbox(
            Vertx vertx,
            Pool pool,
            SqsAsyncClient sqs,
            InboxConfig config,
            Map<String, EventHandler> handlersByEventType,
            MeterRegistry meters) {
        this(vertx, pool, sqs, config, handlersByEventType, meters, OpenTelemetry.noop());
    }

    /**
     * Creates an inbox that does not poll yet, and that records a span for each try to process a message.
     *
     * @param vertx as above
     * @param pool as above
     * @param sqs as above
     * @param config as above
     * @param handlersByEventType as above
     * @param meters as above
     * @param openTelemetry where the spans go; {@link OpenTelemetry#noop()} for none
     */
    public Inbox(
            Vertx vertx,
            Pool pool,
            SqsAsyncClient sqs,
            InboxConfig config,
            Map<String, EventHandler> handlersByEventType,
            MeterRegistry meters,
            OpenTelemetry openTelemetry) {
        this(
                vertx,
                pool,
                sqs,
                config,
                handlersByEventType,
                meters,
                openTelemetry,
                SharedTransactions.limit(config.handlerTimeout()));
    }

    /** @param sharedLimit how long the transaction of several events may take */
    Inbox(
            Vertx vertx,
            Pool pool,
            SqsAsyncClient sqs,
            InboxConfig config,
            Map<String, EventHandler> handlersByEventType,
            MeterRegistry meters,
            OpenTelemetry openTelemetry,
            Duration sharedLimit) {
        this.context = vertx.getOrCreateContext();
        this.config = config;
        this.engine = new Engine(
                vertx, context, pool, sqs, config, Map.copyOf(handlersByEventType), meters, openTelemetry, sharedLimit);
    }

    /**
     * Starts polling. Neither the queue nor the database has to be there: see {@link #status}.
     *
     * @return completed when the polls run; failed with {@link IllegalStateException} when called twice
     */
    public Future<Void> start() {
        Promise<Void> started = Promise.promise();
        context.runOnContext(run -> {
            if (state != State.NEW) {
                started.fail(new IllegalStateException("An inbox starts once: create another one"));
                return;
            }
            state = State.RUNNING;
            engine.start().onComplete(started);
            log.atInfo()
                    .addKeyValue("consumer", config.consumer())
                    .addKeyValue("queue", config.queueUrl())
                    .log("Inbox started");
        });
        return started.future();
    }

    /**
     * Ends gracefully: no new polls, running handlers finish, deletes are flushed; what waits behind a running handler
     * and what the last polls bring is given back at once. It takes no time while messages come, up to
     * {@code longPoll} on a quiet queue, since aborting a poll swallows the next message until its visibility timeout,
     * and never more than 5 seconds longer; a handler that still runs then is left, and its message comes again.
     *
     * @return completed, never failed, when nothing is held any more or the time is over
     */
    public Future<Void> stop() {
        context.runOnContext(run -> {
            if (state != State.RUNNING) {
                state = State.STOPPED;
                stopped.tryComplete();
                return;
            }
            state = State.STOPPED;
            engine.stop().onComplete(ended -> {
                log.atInfo()
                        .addKeyValue("consumer", config.consumer())
                        .addKeyValue("complete", ended.succeeded())
                        .log("Inbox stopped");
                stopped.tryComplete();
            });
        });
        return stopped.future();
    }

    /**
     * Tells whether work goes on.
     *
     * @return the state now; callable from any thread
     */
    public InboxStatus status() {
        return state == State.RUNNING ? engine.status() : InboxStatus.NOT_RUNNING;
    }
}
