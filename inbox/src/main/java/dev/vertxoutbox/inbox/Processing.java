package dev.vertxoutbox.inbox;

import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** What is done with one message, from its body to the commit of its effect. */
final class Processing {
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);

    private final Context context;
    private final InboxConfig config;
    private final TimeLimit limit;
    private final Map<String, EventHandler> handlersByEventType;
    private final ProcessedStore store;
    private final SharedTransactions transactions;
    private final Database database;
    private final OrderCheck orderCheck;
    private final DeadLetters deadLetters;
    private final InboxMetrics metrics;
    private final ProcessSpans spans;

    Processing(
            Context context,
            InboxConfig config,
            TimeLimit limit,
            Map<String, EventHandler> handlersByEventType,
            ProcessedStore store,
            SharedTransactions transactions,
            Database database,
            OrderCheck orderCheck,
            DeadLetters deadLetters,
            InboxMetrics metrics,
            ProcessSpans spans) {
        this.context = context;
        this.config = config;
        this.limit = limit;
        this.handlersByEventType = handlersByEventType;
        this.store = store;
        this.transactions = transactions;
        this.database = database;
        this.orderCheck = orderCheck;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
        this.spans = spans;
    }

    /**
     * Succeeds when the message is to be deleted, fails when it is to be given back: with a {@link
     * SequenceGapException} when it is too early.
     */
    Future<Void> process(Delivery delivery) {
        Timer.Sample sample = Timer.start();
        Attempt attempt = new Attempt(context, config.handlerTimeout(), delivery);
        return limit.within(handle(attempt))
                .onFailure(failure -> attempt.abandon())
                .recover(failure -> failure instanceof MalformedEventException malformed
                        ? sendToDeadLetters(attempt, malformed)
                        : Future.failedFuture(failure))
                .onFailure(failure -> failed(attempt, failure))
                .onComplete(done -> {
                    sample.stop(metrics.handling);
                    attempt.span().end();
                });
    }

    private Future<Void> handle(Attempt attempt) {
        try {
            return handle(new CloudEvent(attempt.delivery().body()), attempt);
        } catch (RuntimeException unreadable) {
            return Future.failedFuture(unreadable);
        }
    }

    private Future<Void> handle(CloudEvent envelope, Attempt attempt) {
        EventHandler handler = handlersByEventType.get(envelope.type());
        if (handler == null) {
            return pass(envelope.readNumbered());
        }
        InboxEvent event = spans.begin(envelope.read(), attempt);
        return handler instanceof TransactionalHandler transactional
                ? apply(event, attempt, seen -> transactional.effects().apply(inOrder(event, attempt, seen)))
                : prepare(event, attempt, handler);
    }

    /** An event of unknown type has no effect, but its successor is to find that it was there. */
    private Future<Void> pass(@Nullable InboxEvent numbered) {
        Future<Void> passed = numbered == null ? Future.succeededFuture() : store.pass(numbered);
        return passed.onSuccess(done -> metrics.unknown.increment());
    }

    /** A repeated event must not reach a gateway again, so look first; a mere transaction finds out by itself. */
    private Future<Void> prepare(InboxEvent event, Attempt attempt, EventHandler handler) {
        return store.find(event).compose(seen -> {
            if (seen.processed()) {
                return duplicate(event, attempt);
            }
            InboxEvent ordered = inOrder(event, attempt, seen);
            return attempt.guard(() -> handler.prepare(ordered))
                    .recover(failure -> Future.failedFuture(HandlerFailure.of(failure)))
                    .compose(effect -> apply(event, attempt, seenNow -> effect));
        });
    }

    private InboxEvent inOrder(InboxEvent event, Attempt attempt, Seen seen) {
        return event.with(orderCheck.check(event, attempt.delivery(), seen.last()));
    }

    private Future<Void> apply(InboxEvent event, Attempt attempt, Function<Seen, Effect> effect) {
        return transactions.applyOnce(event, effect, attempt).compose(seen -> {
            database.worked();
            if (seen.processed()) {
                return duplicate(event, attempt);
            }
            metrics.handled.increment();
            attempt.span().setAttribute(ProcessSpans.OUTCOME, "applied");
            logger(log.atDebug(), event).log("Processed an event");
            tellOrder(event, seen);
            return Future.succeededFuture();
        });
    }

    private void tellOrder(InboxEvent event, Seen seen) {
        EventOrder order = EventOrder.of(event.sequence(), seen.last());
        if (order == EventOrder.GAP) {
            metrics.gaps.increment();
            logger(log.atWarn(), event)
                    .addKeyValue("sequence", event.sequence())
                    .addKeyValue("last", seen.last())
                    .log("Processed an event though an earlier one of its subject is missing");
        } else if (order == EventOrder.LATE) {
            metrics.late.increment();
            logger(log.atInfo(), event)
                    .addKeyValue("sequence", event.sequence())
                    .addKeyValue("last", seen.last())
                    .log("Processed an event after later ones of its subject");
        }
    }

    private Future<Void> duplicate(InboxEvent event, Attempt attempt) {
        attempt.span().setAttribute(ProcessSpans.OUTCOME, "duplicate");
        metrics.duplicates.increment();
        logger(log.atDebug(), event).log("Acknowledged an event that was processed before");
        return Future.succeededFuture();
    }

    private Future<Void> sendToDeadLetters(Attempt attempt, MalformedEventException malformed) {
        metrics.malformed.increment();
        attempt.span().setAttribute(ProcessSpans.OUTCOME, "malformed");
        ProcessSpans.failed(attempt.span(), malformed);
        logger(log.atWarn(), attempt)
                .addKeyValue("reason", malformed.getMessage())
                .log("Sends a malformed message to the dead-letter queue");
        return deadLetters
                .send(attempt.delivery(), String.valueOf(malformed.getMessage()))
                .recover(failure -> Future.failedFuture(HandlerFailure.of(failure)));
    }

    private void failed(Attempt attempt, Throwable failure) {
        if (failure instanceof SequenceGapException) {
            metrics.gapWaits.increment();
            attempt.span().setAttribute(ProcessSpans.OUTCOME, "too_early");
            logger(log.atDebug(), attempt).log("An event waits for an earlier one of its subject");
            return;
        }
        metrics.failures.increment();
        attempt.span().setAttribute(ProcessSpans.OUTCOME, "failed");
        ProcessSpans.failed(attempt.span(), failure);
        if (failure instanceof HandlerFailure || failure instanceof TimeoutException) {
            logger(log.atWarn(), attempt).setCause(failure).log("Gives back a message that could not be processed");
        } else {
            database.failed(failure);
        }
    }

    private LoggingEventBuilder logger(LoggingEventBuilder level, InboxEvent event) {
        return event.addTo(level.addKeyValue("consumer", config.consumer()));
    }

    private LoggingEventBuilder logger(LoggingEventBuilder level, Attempt attempt) {
        InboxEvent event = attempt.event();
        Delivery delivery = attempt.delivery();
        return (event == null ? level.addKeyValue("consumer", config.consumer()) : logger(level, event))
                .addKeyValue("messageId", delivery.messageId())
                .addKeyValue("group", delivery.group())
                .addKeyValue("attempt", delivery.receives());
    }
}
