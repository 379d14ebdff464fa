package dev.vertxoutbox.inbox;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** The parts of an inbox, put together; used on its context only. */
final class Engine {
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);

    private final Context context;
    private final InboxConfig config;
    private final Condition polling;
    private final Condition recording;
    private final Queue queue;
    private final Database database;
    private final InFlight inFlight;
    private final InboxMetrics metrics;
    private final Extension extension;
    private final Underway underway = new Underway();
    private final TimeLimit attemptLimit;
    private final Deletes deletes;
    private final MessageGroups groups;
    private final Reception reception;
    private final List<Poller> pollers;
    private final Forgetting forgetting;
    private final DeadLetterDepth deadLetterDepth;

    Engine(
            Vertx vertx,
            Context context,
            Pool pool,
            SqsAsyncClient sqs,
            InboxConfig config,
            Map<String, EventHandler> handlersByEventType,
            MeterRegistry meters,
            OpenTelemetry openTelemetry,
            Duration sharedLimit) {
        this.context = context;
        this.config = config;
        polling = new Condition("receive", config);
        recording = new Condition("database", config);
        ProcessedStore store = new ProcessedStore(pool, config.consumer());
        queue = new Queue(sqs, context, config);
        database = new Database(vertx, store, recording);
        inFlight = new InFlight(config.maxInFlight());
        DeadLetters deadLetters = new DeadLetters(queue);
        deadLetterDepth = new DeadLetterDepth(vertx, deadLetters, config);
        metrics = new InboxMetrics(meters, config.consumer(), inFlight, deadLetterDepth);
        metrics.gauge("inbox.up", this, engine -> engine.status().ok() ? 1 : 0);
        Condition extending = new Condition("extend visibility", config);
        extension = new Extension(vertx, queue, inFlight, extending, config.visibilityTimeout());
        Returns returns = new Returns(queue, inFlight, extension, underway, metrics, config.maxBackoff());
        Condition deleting = new Condition("delete", config);
        deletes = new Deletes(vertx, queue, inFlight, returns, underway, deleting, metrics);
        SharedTransactions transactions =
                new SharedTransactions(context, new Transactions(pool, store), metrics, sharedLimit);
        OrderCheck orderCheck = new OrderCheck(queue::mostReceives, config.gapPatience(), Clock.systemUTC());
        attemptLimit = new TimeLimit(vertx, config.handlerTimeout());
        Processing processing = new Processing(
                context,
                config,
                attemptLimit,
                handlersByEventType,
                store,
                transactions,
                database,
                orderCheck,
                deadLetters,
                metrics,
                new ProcessSpans(openTelemetry, config));
        groups = new MessageGroups(processing, deletes, returns);
        reception = new Reception(queue, database, polling, metrics, config.longPoll());
        pollers = IntStream.range(0, config.pollers())
                .mapToObj(index -> new Poller(vertx, inFlight, reception, groups))
                .toList();
        forgetting = new Forgetting(vertx, store, new Condition("forget", config), config.retention());
    }

    Future<Void> start() {
        extension.start();
        forgetting.start();
        return queue.warmUp(polling).onComplete(warm -> {
            pollers.forEach(Poller::start);
            deadLetterDepth.start();
        });
    }

    /** Completes when nothing is held any more; fails when that takes too long. */
    Future<Void> stop() {
        forgetting.stop();
        deadLetterDepth.stop();
        List<Future<Void>> lastPolls = pollers.stream().map(Poller::stop).toList();
        reception.close();
        database.close();
        inFlight.close();
        Future<Void> ended = Future.join(Future.join(lastPolls), groups.close()).compose(idle -> {
            deletes.flush();
            return underway.none();
        });
        // On the context, as a time limit on a future without one fires elsewhere.
        return Future.fromCompletionStage(ended.toCompletionStage(), context)
                .timeout(config.longPoll().plus(STOP_GRACE).toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(over -> {
                    attemptLimit.close();
                    extension.stop();
                    metrics.close();
                });
    }

    InboxStatus status() {
        InboxStatus queueStatus = polling.status();
        return queueStatus.ok() ? recording.status() : queueStatus;
    }
}
