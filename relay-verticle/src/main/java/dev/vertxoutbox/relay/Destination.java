package dev.vertxoutbox.relay;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One queue with its circuit: the way out for one topic. Confined to one event loop. */
final class Destination {

    private static final Logger log = LoggerFactory.getLogger(Destination.class);

    private final String topic;
    private final String queueUrl;
    private final Publisher publisher;
    private final Circuit circuit;
    private final TopicMeters meters;
    private boolean reachable = true;

    Destination(String topic, String queueUrl, Publisher publisher, Circuit circuit, TopicMeters meters) {
        this.topic = topic;
        this.queueUrl = queueUrl;
        this.publisher = publisher;
        this.circuit = circuit;
        this.meters = meters;
    }

    boolean isOpen() {
        return circuit.isOpen();
    }

    TopicMeters meters() {
        return meters;
    }

    /** Sends one request; see {@link Publisher#send}. A failure opens the circuit. */
    Future<List<Outcome>> send(List<Entry> batch) {
        long start = System.nanoTime();
        return publisher.send(queueUrl, batch).onComplete(result -> {
            meters.requestEnded(batch.size(), System.nanoTime() - start, result.succeeded());
            note(result);
        });
    }

    private void note(AsyncResult<List<Outcome>> result) {
        if (result.succeeded()) {
            circuit.succeeded();
            if (!reachable) {
                log.atInfo()
                        .addKeyValue("topic", topic)
                        .addKeyValue("queue", queueUrl)
                        .log("Queue is reachable again");
            }
        } else {
            circuit.failed();
            if (reachable) {
                log.atWarn()
                        .addKeyValue("topic", topic)
                        .addKeyValue("queue", queueUrl)
                        .addKeyValue("error", cause(result).getMessage())
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
