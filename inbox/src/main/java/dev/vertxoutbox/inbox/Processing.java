package dev.vertxoutbox.inbox;

import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** What is done with one message, from its body to the commit of its effect. */
final class Processing {
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);

    private final Context context;
    private final InboxConfig config;
    private final Map<String, EventHandler> handlersByEventType;
    private final ProcessedStore store;
    private final Transactions transactions;
    private final Database database;
    private final DeadLetters deadLetters;
    private final InboxMetrics metrics;

    Processing(
            Context context,
            InboxConfig config,
            Map<String, EventHandler> handlersByEventType,
            ProcessedStore store,
            Transactions transactions,
            Database database,
            DeadLetters deadLetters,
            InboxMetrics metrics) {
        this.context = context;
        this.config = config;
        this.handlersByEventType = handlersByEventType;
        this.store = store;
        this.transactions = transactions;
        this.database = database;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
    }

    /** Succeeds when the message is to be deleted, fails when it is to be given back. */
    Future<Void> process(Delivery delivery) {
        Timer.Sample sample = Timer.start();
        Attempt attempt = new Attempt(context, config.handlerTimeout());
        return attempt.run(() -> handle(new CloudEvent(delivery.body()), attempt))
                .recover(failure -> failure instanceof MalformedEventException malformed
                        ? sendToDeadLetters(delivery, attempt, malformed)
                        : Future.failedFuture(failure))
                .onFailure(failure -> failed(delivery, attempt, failure))
                .onComplete(done -> sample.stop(metrics.handling));
    }

    private Future<Void> handle(CloudEvent envelope, Attempt attempt) {
        EventHandler handler = handlersByEventType.get(envelope.type());
        if (handler == null) {
            metrics.unknown.increment();
            return Future.succeededFuture();
        }
        InboxEvent event = envelope.read();
        attempt.isAbout(event);
        return isProcessed(handler, event)
                .compose(isProcessed -> isProcessed
                        ? duplicate(event)
                        : attempt.guard(() -> handler.prepare(event))
                                .recover(failure -> Future.failedFuture(HandlerFailure.of(failure)))
                                .compose(effect -> apply(event, effect, attempt)));
    }

    /** A repeated event must not reach a gateway again, so look first; a mere transaction finds out by itself. */
    private Future<Boolean> isProcessed(EventHandler handler, InboxEvent event) {
        return handler instanceof TransactionalHandler ? Future.succeededFuture(false) : store.isProcessed(event.id());
    }

    private Future<Void> apply(InboxEvent event, Effect effect, Attempt attempt) {
        return transactions.applyOnce(event, effect, attempt).compose(isNew -> {
            database.worked();
            if (!isNew) {
                return duplicate(event);
            }
            metrics.handled.increment();
            logger(log.atDebug(), event).log("Processed an event");
            return Future.succeededFuture();
        });
    }

    private Future<Void> duplicate(InboxEvent event) {
        metrics.duplicates.increment();
        logger(log.atDebug(), event).log("Acknowledged an event that was processed before");
        return Future.succeededFuture();
    }

    private Future<Void> sendToDeadLetters(Delivery delivery, Attempt attempt, MalformedEventException malformed) {
        metrics.malformed.increment();
        logger(log.atWarn(), delivery, attempt.event())
                .addKeyValue("reason", malformed.getMessage())
                .log("Sends a malformed message to the dead-letter queue");
        return deadLetters
                .send(delivery, String.valueOf(malformed.getMessage()))
                .recover(failure -> Future.failedFuture(HandlerFailure.of(failure)));
    }

    private void failed(Delivery delivery, Attempt attempt, Throwable failure) {
        metrics.failures.increment();
        if (failure instanceof HandlerFailure || failure instanceof TimeoutException) {
            logger(log.atWarn(), delivery, attempt.event())
                    .setCause(failure)
                    .log("Gives back a message that could not be processed");
        } else {
            database.failed(failure);
        }
    }

    private LoggingEventBuilder logger(LoggingEventBuilder level, InboxEvent event) {
        return level.addKeyValue("consumer", config.consumer())
                .addKeyValue("eventId", event.id())
                .addKeyValue("eventType", event.type())
                .addKeyValue("subject", event.subject());
    }

    private LoggingEventBuilder logger(LoggingEventBuilder level, Delivery delivery, @Nullable InboxEvent event) {
        return (event == null ? level.addKeyValue("consumer", config.consumer()) : logger(level, event))
                .addKeyValue("messageId", delivery.messageId())
                .addKeyValue("group", delivery.group())
                .addKeyValue("attempt", delivery.receives());
    }
}
