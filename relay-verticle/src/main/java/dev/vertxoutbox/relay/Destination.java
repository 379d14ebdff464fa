package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.ClaimedEvent;
import io.opentelemetry.api.trace.Span;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The way out for a topic: its queue with a circuit, or none. Confined to one event loop. */
final class Destination {

    private static final Logger log = LoggerFactory.getLogger(Destination.class);

    private final @Nullable String queueUrl;
    private final Publisher publisher;
    private final Circuit circuit;
    private final TopicMeters meters;
    private final SendSpans spans;
    private boolean reachable = true;

    /** @param queueUrl null for the destination of topics that have no route */
    Destination(@Nullable String queueUrl, Publisher publisher, Circuit circuit, TopicMeters meters, SendSpans spans) {
        this.queueUrl = queueUrl;
        this.publisher = publisher;
        this.circuit = circuit;
        this.meters = meters;
        this.spans = spans;
    }

    boolean isOpen() {
        return circuit.isOpen();
    }

    boolean isFailing() {
        return circuit.isFailing();
    }

    /** Why an entry can never be sent, or null. */
    @Nullable
    String fault(Entry entry) {
        return queueUrl == null
                ? "the relay has no route for the topic \"" + entry.event().topic()
                        + "\": correct the topic, or add it to the routes and retry"
                : entry.fault();
    }

    /** Sends one request; see {@link Publisher#send}. A failure opens the circuit. */
    Future<List<Outcome>> send(List<Entry> batch) {
        if (queueUrl == null) {
            return Future.failedFuture(new IllegalStateException("no route: every entry has a fault"));
        }
        long start = System.nanoTime();
        List<Span> sends = spans.start(batch);
        return publisher.send(queueUrl, batch).onComplete(result -> {
            meters.requestEnded(batch.size(), System.nanoTime() - start, result.succeeded());
            note(result);
            if (result.succeeded()) {
                acknowledged(batch, result.result());
                SendSpans.end(sends, result.result());
            } else {
                SendSpans.end(sends, cause(result));
            }
        });
    }

    /** Counts and logs what became of the events of a drain. */
    void settled(Sending sending) {
        meters.settled(sending);
        sending.rejected().forEach((reason, events) -> {
            for (ClaimedEvent event : events) {
                describe(log.atError(), event)
                        .addKeyValue("reason", reason)
                        .log(
                                "Parking an event that cannot be sent; its subject waits until it is retried or discarded");
            }
        });
    }

    private void acknowledged(List<Entry> batch, List<Outcome> outcomes) {
        Instant now = Instant.now();
        for (int i = 0; i < batch.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Accepted) {
                meters.acknowledged(batch.get(i).event(), now);
                if (log.isDebugEnabled()) {
                    describe(log.atDebug(), batch.get(i).event())
                            .addKeyValue("queue", queueUrl)
                            .log("Sent an event");
                }
            }
        }
    }

    /** Says in a log line which event it is about. */
    static LoggingEventBuilder describe(LoggingEventBuilder line, ClaimedEvent event) {
        return Traceparent.addTo(
                line.addKeyValue("eventId", event.id())
                        .addKeyValue("eventType", event.type())
                        .addKeyValue("topic", event.topic())
                        .addKeyValue("subject", event.subject()),
                event.traceparent());
    }

    private void note(AsyncResult<List<Outcome>> result) {
        if (result.succeeded()) {
            circuit.succeeded();
            if (!reachable) {
                log.atInfo().addKeyValue("queue", queueUrl).log("Queue is reachable again");
            }
        } else {
            Throwable cause = cause(result);
            circuit.failed(Publisher.retryAfter(cause));
            if (reachable) {
                log.atWarn()
                        .addKeyValue("queue", queueUrl)
                        .addKeyValue("error", cause.getMessage())
                        .log("Queue does not take messages; events wait in the outbox until it does");
            }
        }
        reachable = result.succeeded();
    }

    private static Throwable cause(AsyncResult<?> result) {
        Throwable cause = result.cause();
        return cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
    }
}
