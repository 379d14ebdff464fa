package dev.vertxoutbox.faults;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.Queues;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;

/** A consumer of a queue of its own that only remembers what came, in the order it came. */
final class QueueReader {
    private final Queues queues;
    private final String url;
    private final List<JsonObject> events = new ArrayList<>();

    QueueReader(Queues queues, String name) {
        this.queues = queues;
        this.url = queues.createFifo(name);
    }

    String url() {
        return url;
    }

    /** How many events it has read since the start. */
    int size() {
        return events.size();
    }

    /** Reads until so many events have come since the start, and returns all of them. */
    List<JsonObject> read(int count, Duration atMost) {
        await(count + " events in " + url)
                .atMost(atMost)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    receive();
                    return events.size() >= count;
                });
        return List.copyOf(events);
    }

    /** The data's {@code number} of each event of the subject, as read so far. */
    List<Integer> numbers(String subject) {
        return events.stream()
                .filter(event -> subject.equals(event.getString("subject")))
                .map(event -> event.getJsonObject("data").getInteger("number"))
                .toList();
    }

    private void receive() throws InterruptedException, ExecutionException, TimeoutException {
        List<Message> messages = queues.client()
                .receiveMessage(
                        request -> request.queueUrl(url).maxNumberOfMessages(10).waitTimeSeconds(1))
                .get(10, SECONDS)
                .messages();
        if (messages.isEmpty()) {
            return;
        }
        List<DeleteMessageBatchRequestEntry> deletions = new ArrayList<>();
        for (Message message : messages) {
            events.add(new JsonObject(message.body()));
            deletions.add(DeleteMessageBatchRequestEntry.builder()
                    .id(Integer.toString(deletions.size()))
                    .receiptHandle(message.receiptHandle())
                    .build());
        }
        queues.client()
                .deleteMessageBatch(request -> request.queueUrl(url).entries(deletions))
                .get(10, SECONDS);
    }
}
