package dev.vertxoutbox.faults;

import dev.vertxoutbox.faults.Api.Answer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Bad input where foreign input is read: bodies of requests to the booking API, and messages to the consumers. A request
 * is answered, and never with a 5xx; a message is processed or goes to the dead-letter queue; both go on working.
 */
final class Fuzz {
    private static final Duration DRAINED_WITHIN = Duration.ofMinutes(1);
    private static final long SEND_SECONDS = 10;
    private static final int MESSAGES_PER_REQUEST = 4;

    private final Cluster cluster;
    private final Api api;
    private final Mutator mutator;
    private final List<Complaint> complaints = new ArrayList<>();
    private final Map<Integer, Integer> answers = new HashMap<>();
    private int messages;

    Fuzz(Cluster cluster, URI server, long seed) {
        this.cluster = cluster;
        this.api = new Api(server);
        this.mutator = new Mutator(new Random(seed));
    }

    /** Sends bad input for so long, then looks whether it is all dealt with; tells what was not as it must be. */
    List<Complaint> run(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            request();
            for (int n = 0; n < MESSAGES_PER_REQUEST; n++) {
                message(n % cluster.queueUrls().size());
            }
        }
        awaitEmptyQueues();
        System.out.println("bad input: requests by answer " + answers + ", " + messages + " messages, of which "
                + deadLetters() + " are dead letters");
        return complaints;
    }

    private void request() {
        String body = mutator.mutate(new JsonObject(Api.FLIGHT));
        try {
            Answer answer = api.post("/api/flights", body);
            answers.merge(answer.status(), 1, Integer::sum);
            if (answer.status() >= 500) {
                complaints.add(Complaint.of(answer.status() + " for " + body));
            }
        } catch (CompletionException noAnswer) {
            complaints.add(Complaint.of(noAnswer.getCause() + " for " + body));
        }
    }

    private void message(int queue) {
        String bookingId = UUID.randomUUID().toString();
        JsonObject data = switch (queue) {
            case 0 -> new JsonObject(Api.FLIGHT).put("bookingId", bookingId);
            case 1 -> new JsonObject().put("bookingId", bookingId).put("paymentId", bookingId);
            default -> new JsonObject().put("number", 1);
        };
        JsonObject event = new JsonObject()
                .put("specversion", "1.0")
                .put("id", UUID.randomUUID().toString())
                .put("source", "/fuzz")
                .put(
                        "type",
                        List.of("flight.booked", "payment.authorized", "ledger.entry")
                                .get(queue))
                .put("subject", bookingId)
                .put("time", "2026-12-10T14:03:11Z")
                .put("datacontenttype", "application/json")
                .put("sequence", "1")
                .put("data", data);
        try {
            cluster.sandbox()
                    .queues()
                    .client()
                    .sendMessage(message -> message.queueUrl(cluster.queueUrls().get(queue))
                            .messageGroupId(bookingId)
                            .messageDeduplicationId(bookingId)
                            .messageBody(mutator.mutate(event)))
                    .get(SEND_SECONDS, TimeUnit.SECONDS);
            messages++;
        } catch (ExecutionException refusedByTheQueue) {
            // What SQS does not take, no consumer gets.
        } catch (TimeoutException e) {
            complaints.add(Complaint.of("SQS does not answer"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitEmptyQueues() {
        long deadline = System.nanoTime() + DRAINED_WITHIN.toNanos();
        long waiting = waiting();
        while (waiting > 0 && System.nanoTime() < deadline) {
            waiting = waiting();
        }
        if (waiting > 0) {
            complaints.add(Complaint.of(waiting + " bad messages are neither processed nor dead letters"));
        }
    }

    private long waiting() {
        return cluster.queueUrls().stream()
                .mapToLong(url -> cluster.sandbox().queues().depth(url))
                .sum();
    }

    private long deadLetters() {
        return cluster.depths().values().stream().mapToLong(depth -> depth).sum() - waiting();
    }
}
