package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/**
 * Where messages go that can never be processed: the queue that the redrive policy names, so that there is one place
 * to look and one way back. It has the owner and region of its source queue, hence the same URL but for the name.
 */
final class DeadLetters {
    private final Queue queue;
    private @Nullable String url;

    DeadLetters(Queue queue) {
        this.queue = queue;
    }

    /** Sends a copy that carries the reason; fails where the queue has no dead-letter queue. */
    Future<Void> send(Delivery delivery, String reason) {
        return findUrl().compose(found -> {
            SendMessageRequest.Builder copy = SendMessageRequest.builder()
                    .queueUrl(found)
                    .messageBody(delivery.body())
                    .messageAttributes(Map.of(
                            "reason",
                            MessageAttributeValue.builder()
                                    .dataType("String")
                                    .stringValue(reason)
                                    .build()));
            if (found.endsWith(".fifo")) {
                // A copy sent again because the original could not be deleted is dropped by its message id.
                copy.messageGroupId(delivery.group()).messageDeduplicationId(delivery.messageId());
            }
            return queue.send(copy);
        });
    }

    /** How many messages wait there, approximately; fails where the queue has no dead-letter queue. */
    Future<Integer> depth() {
        return findUrl()
                .compose(found -> queue.attribute(found, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                .map(attributes -> Integer.valueOf(attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)));
    }

    private Future<String> findUrl() {
        String known = url;
        if (known != null) {
            return Future.succeededFuture(known);
        }
        return queue.attribute(queue.url(), QueueAttributeName.REDRIVE_POLICY).map(attributes -> {
            String policy = attributes.get(QueueAttributeName.REDRIVE_POLICY);
            if (policy == null) {
                throw new IllegalStateException("Queue " + queue.url() + " has no redrive policy: set one");
            }
            String arn = new JsonObject(policy).getString("deadLetterTargetArn");
            String found = queue.url().substring(0, queue.url().lastIndexOf('/') + 1)
                    + arn.substring(arn.lastIndexOf(':') + 1);
            url = found;
            return found;
        });
    }
}
