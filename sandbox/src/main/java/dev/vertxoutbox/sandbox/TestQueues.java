package dev.vertxoutbox.sandbox;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * A test class's own pair of queues, flight events and payment events, each with a dead-letter queue.
 * {@link SandboxExtension} makes them and deletes them after the class.
 */
public final class TestQueues implements AutoCloseable {

    private static final AtomicInteger CLASSES = new AtomicInteger();

    private final Queues queues;
    private final String flightUrl;
    private final String paymentUrl;

    TestQueues(Queues queues) {
        String prefix = "t" + CLASSES.incrementAndGet() + "-";
        this.queues = queues;
        this.flightUrl = queues.createFifo(prefix + "flight-events");
        this.paymentUrl = queues.createFifo(prefix + "payment-events");
    }

    /** URL of the queue of flight events. */
    public String flightUrl() {
        return flightUrl;
    }

    /** URL of the queue of payment events. */
    public String paymentUrl() {
        return paymentUrl;
    }

    /** URL of the dead-letter queue of one of the two. */
    public String deadLetterUrl(String queueUrl) {
        return queues.deadLetterUrl(queueUrl);
    }

    /** The sandbox's client; do not close it. */
    public SqsAsyncClient client() {
        return queues.client();
    }

    /** Where the queues are. */
    public URI endpoint() {
        return queues.endpoint();
    }

    /** Endpoint and queue URLs as the variables that our launcher and the AWS SDK read, for a process of its own. */
    public Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(queues.environment());
        environment.put("FLIGHT_QUEUE_URL", flightUrl);
        environment.put("PAYMENT_QUEUE_URL", paymentUrl);
        return Map.copyOf(environment);
    }

    /** Messages waiting plus messages under way at a consumer. */
    public int depth(String queueUrl) {
        return queues.depth(queueUrl);
    }

    /** Deletes all messages of both queues and their dead-letter queues. */
    public void purge() {
        for (String url : new String[] {flightUrl, paymentUrl}) {
            queues.purge(url);
            queues.purge(deadLetterUrl(url));
        }
    }

    @Override
    public void close() {
        queues.queueUp();
        queues.delete(flightUrl);
        queues.delete(paymentUrl);
    }
}
