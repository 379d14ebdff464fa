package dev.vertxoutbox.launcher;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;

/** A queue's dead-letter queue: what is in it, and the way back. */
final class DeadLetterQueue {
    /** The attribute in which an inbox says why it refused a message. */
    static final String REASON = "reason";

    private static final int MOST_ENTRIES = 10;
    private static final Duration HIDDEN = Duration.ofSeconds(20);
    private static final long REQUEST_SECONDS = 10;

    private final Vertx vertx;
    private final SqsAsyncClient sqs;
    private final String sourceUrl;
    private final String sourceArn;
    private final String url;
    private final String arn;

    private DeadLetterQueue(Vertx vertx, SqsAsyncClient sqs, String sourceUrl, String sourceArn, String arn) {
        this.vertx = vertx;
        this.sqs = sqs;
        this.sourceUrl = sourceUrl;
        this.sourceArn = sourceArn;
        this.arn = arn;
        // SQS wants it in the account and region of its source: the same URL but for the name.
        this.url = sourceUrl.substring(0, sourceUrl.lastIndexOf('/') + 1) + arn.substring(arn.lastIndexOf(':') + 1);
    }

    /** Finds it by the redrive policy; fails with a 404 where there is none. */
    static Future<DeadLetterQueue> of(Vertx vertx, SqsAsyncClient sqs, String sourceUrl) {
        CompletableFuture<Map<QueueAttributeName, String>> asked = sqs.getQueueAttributes(
                        request -> request.queueUrl(sourceUrl)
                                .attributeNames(QueueAttributeName.QUEUE_ARN, QueueAttributeName.REDRIVE_POLICY))
                .thenApply(answer -> answer.attributes());
        return call(vertx, asked).map(attributes -> {
            String policy = attributes.get(QueueAttributeName.REDRIVE_POLICY);
            String arn = policy == null ? null : new JsonObject(policy).getString("deadLetterTargetArn");
            String sourceArn = attributes.get(QueueAttributeName.QUEUE_ARN);
            if (arn == null || sourceArn == null) {
                throw new ProblemException(404, "Queue " + name(sourceUrl) + " has no dead-letter queue");
            }
            return new DeadLetterQueue(vertx, sqs, sourceUrl, sourceArn, arn);
        });
    }

    String arn() {
        return arn;
    }

    String sourceArn() {
        return sourceArn;
    }

    /** Messages that can be received now, approximately. */
    Future<Integer> depth() {
        return call(sqs.getQueueAttributes(request ->
                        request.queueUrl(url).attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)))
                .map(answer ->
                        Integer.valueOf(answer.attributes().get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)));
    }

    /**
     * The foremost messages. They are hidden while this runs and given back at once, and stay in the queue. Of one
     * message group no more than 10 are found, as SQS hides the others behind these.
     */
    Future<List<Message>> peek(int most) {
        List<Message> found = new ArrayList<>();
        return receiveUpTo(most, found)
                .eventually(() -> release(found).otherwiseEmpty())
                .map(found);
    }

    private Future<Void> receiveUpTo(int most, List<Message> found) {
        return receive(Math.min(MOST_ENTRIES, most - found.size())).compose(received -> {
            found.addAll(received);
            return received.isEmpty() || found.size() >= most ? Future.succeededFuture() : receiveUpTo(most, found);
        });
    }

    /**
     * Sends up to so many messages, at most 10, to the source queue and deletes those that it took. Never loses one: what
     * fails in between is in both queues, and consumers know its event by its id.
     *
     * @return how many went back; 0 when there is none or the queue took none
     */
    Future<Integer> sendBackSome(int most) {
        return receive(Math.min(MOST_ENTRIES, most))
                .compose(received -> received.isEmpty()
                        ? Future.succeededFuture(0)
                        : send(received).compose(taken -> delete(taken).map(taken.size())));
    }

    private Future<List<Message>> receive(int most) {
        return call(sqs.receiveMessage(request -> request.queueUrl(url)
                        .maxNumberOfMessages(most)
                        .visibilityTimeout((int) HIDDEN.toSeconds())
                        .messageAttributeNames("All")
                        .messageSystemAttributeNames(MessageSystemAttributeName.ALL)))
                .map(answer -> answer.messages());
    }

    private Future<List<Message>> send(List<Message> messages) {
        List<SendMessageBatchRequestEntry> entries = IntStream.range(0, messages.size())
                .mapToObj(index -> copy(Integer.toString(index), messages.get(index)))
                .toList();
        return call(sqs.sendMessageBatch(request -> request.queueUrl(sourceUrl).entries(entries)))
                .map(answer -> {
                    Set<String> taken = answer.successful().stream()
                            .map(SendMessageBatchResultEntry::id)
                            .collect(Collectors.toSet());
                    return IntStream.range(0, messages.size())
                            .filter(index -> taken.contains(Integer.toString(index)))
                            .mapToObj(messages::get)
                            .toList();
                });
    }

    private SendMessageBatchRequestEntry copy(String id, Message message) {
        Map<String, MessageAttributeValue> attributes = message.messageAttributes().entrySet().stream()
                .filter(attribute -> !attribute.getKey().equals(REASON))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        SendMessageBatchRequestEntry.Builder entry = SendMessageBatchRequestEntry.builder()
                .id(id)
                .messageBody(message.body())
                .messageAttributes(attributes);
        if (sourceUrl.endsWith(".fifo")) {
            // Not the one it was sent with, which SQS still drops for five minutes, but the same in a second try.
            entry.messageGroupId(message.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID))
                    .messageDeduplicationId("redrive-" + message.messageId());
        }
        return entry.build();
    }

    private Future<Void> delete(List<Message> messages) {
        List<DeleteMessageBatchRequestEntry> entries = IntStream.range(0, messages.size())
                .mapToObj(index -> DeleteMessageBatchRequestEntry.builder()
                        .id(Integer.toString(index))
                        .receiptHandle(messages.get(index).receiptHandle())
                        .build())
                .toList();
        return entries.isEmpty()
                ? Future.succeededFuture()
                : call(sqs.deleteMessageBatch(request -> request.queueUrl(url).entries(entries)))
                        .mapEmpty();
    }

    private Future<Void> release(List<Message> messages) {
        List<Future<?>> requests = new ArrayList<>();
        for (int from = 0; from < messages.size(); from += MOST_ENTRIES) {
            List<ChangeMessageVisibilityBatchRequestEntry> entries = IntStream.range(
                            from, Math.min(from + MOST_ENTRIES, messages.size()))
                    .mapToObj(index -> ChangeMessageVisibilityBatchRequestEntry.builder()
                            .id(Integer.toString(index))
                            .receiptHandle(messages.get(index).receiptHandle())
                            .visibilityTimeout(0)
                            .build())
                    .toList();
            requests.add(call(sqs.changeMessageVisibilityBatch(
                    request -> request.queueUrl(url).entries(entries))));
        }
        return Future.join(requests).mapEmpty();
    }

    <T> Future<T> call(CompletableFuture<T> call) {
        return call(vertx, call);
    }

    private static <T> Future<T> call(Vertx vertx, CompletableFuture<T> call) {
        return Future.fromCompletionStage(call, vertx.getOrCreateContext())
                .timeout(REQUEST_SECONDS, TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(
                        failure instanceof TimeoutException
                                ? new ProblemException(503, "The queue does not answer")
                                : failure));
    }

    static String name(String queueUrl) {
        return queueUrl.substring(queueUrl.lastIndexOf('/') + 1);
    }
}
