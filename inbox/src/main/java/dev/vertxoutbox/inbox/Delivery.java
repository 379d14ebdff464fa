package dev.vertxoutbox.inbox;

import java.time.Instant;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * One message as received once.
 *
 * @param messageId SQS's name for it, for logs only: a redrive changes it
 * @param receiptHandle identifies this receive, and is what a delete or a visibility change takes
 * @param group message group, or the message itself where it has none
 * @param receives how often it was received so far, 1 for the first
 * @param firstReceived when it was received first, by the queue's clock
 * @param body the message as sent
 */
record Delivery(
        String messageId, String receiptHandle, String group, int receives, Instant firstReceived, String body) {

    static Delivery of(Message message) {
        String group = message.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID);
        String receives = message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
        String first = message.attributes().get(MessageSystemAttributeName.APPROXIMATE_FIRST_RECEIVE_TIMESTAMP);
        return new Delivery(
                message.messageId(),
                message.receiptHandle(),
                group == null ? message.messageId() : group,
                receives == null ? 1 : Integer.parseInt(receives),
                first == null ? Instant.now() : Instant.ofEpochMilli(Long.parseLong(first)),
                message.body());
    }
}
