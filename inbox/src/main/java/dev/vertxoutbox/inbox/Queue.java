package dev.vertxoutbox.inbox;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/**
 * The requests to SQS. Each has a time limit, and its future completes on the inbox's context.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html">SQS API</a>
 */
final class Queue {
    static final int MOST_ENTRIES = 10;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
    private static final int USUAL_MOST_RECEIVES = 10;

    private final SqsAsyncClient sqs;
    private final Context context;
    private final String url;
    private final int visibilitySeconds;
    private int mostReceives = USUAL_MOST_RECEIVES;

    Queue(SqsAsyncClient sqs, Context context, InboxConfig config) {
        this.sqs = sqs;
        this.context = context;
        this.url = config.queueUrl();
        this.visibilitySeconds = (int) config.visibilityTimeout().toSeconds();
    }

    String url() {
        return url;
    }

    /** How often a message is received before the redrive policy moves it; a guess until the queue has told. */
    int mostReceives() {
        return mostReceives;
    }

    Future<List<Delivery>> receive(int most, Duration wait) {
        return ask(
                        wait.plus(REQUEST_TIMEOUT),
                        () -> sqs.receiveMessage(request -> request.queueUrl(url)
                                .maxNumberOfMessages(most)
                                .waitTimeSeconds((int) wait.toSeconds())
                                .visibilityTimeout(visibilitySeconds)
                                .messageSystemAttributeNames(
                                        MessageSystemAttributeName.MESSAGE_GROUP_ID,
                                        MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT,
                                        MessageSystemAttributeName.APPROXIMATE_FIRST_RECEIVE_TIMESTAMP)))
                .map(response -> response.messages().stream().map(Delivery::of).toList());
    }

    /** Deletes up to 10 messages; answers with those not confirmed, whether refused or not mentioned. */
    Future<List<Delivery>> delete(List<Delivery> deliveries) {
        List<DeleteMessageBatchRequestEntry> entries = entries(
                deliveries,
                index -> DeleteMessageBatchRequestEntry.builder()
                        .id(Integer.toString(index))
                        .receiptHandle(deliveries.get(index).receiptHandle())
                        .build());
        return ask(
                        REQUEST_TIMEOUT,
                        () -> sqs.deleteMessageBatch(
                                request -> request.queueUrl(url).entries(entries)))
                .map(response ->
                        except(deliveries, response.successful().stream().map(DeleteMessageBatchResultEntry::id)));
    }

    /** Hides up to 10 messages for so long from now; answers with those not confirmed. */
    Future<List<Delivery>> hide(List<Delivery> deliveries, Duration time) {
        List<ChangeMessageVisibilityBatchRequestEntry> entries = entries(
                deliveries,
                index -> ChangeMessageVisibilityBatchRequestEntry.builder()
                        .id(Integer.toString(index))
                        .receiptHandle(deliveries.get(index).receiptHandle())
                        .visibilityTimeout((int) time.toSeconds())
                        .build());
        return ask(
                        REQUEST_TIMEOUT,
                        () -> sqs.changeMessageVisibilityBatch(
                                request -> request.queueUrl(url).entries(entries)))
                .map(response -> except(
                        deliveries, response.successful().stream().map(ChangeMessageVisibilityBatchResultEntry::id)));
    }

    /** Asks about whichever queue it is given. */
    Future<Map<QueueAttributeName, String>> attribute(String queueUrl, QueueAttributeName name) {
        return ask(
                        REQUEST_TIMEOUT,
                        () -> sqs.getQueueAttributes(
                                request -> request.queueUrl(queueUrl).attributeNames(name)))
                .map(response -> response.attributes());
    }

    /** Sends to whichever queue the request names. */
    Future<Void> send(SendMessageRequest.Builder message) {
        return ask(REQUEST_TIMEOUT, () -> sqs.sendMessage(message.build())).mapEmpty();
    }

    /**
     * Loads the SDK's classes off the event loop, as the first request blocks its thread for 100 to 200 ms, and tells
     * the condition when the queue does not answer.
     *
     * @return completed, never failed, when the classes are loaded
     */
    Future<Void> warmUp(Condition polling) {
        return context.executeBlocking(() -> ask(
                        REQUEST_TIMEOUT,
                        () -> sqs.getQueueAttributes(
                                request -> request.queueUrl(url).attributeNames(QueueAttributeName.REDRIVE_POLICY))))
                .onSuccess(answer -> answer.onSuccess(this::readPolicy).onFailure(polling::fails))
                .otherwiseEmpty()
                .mapEmpty();
    }

    private void readPolicy(GetQueueAttributesResponse response) {
        String policy = response.attributes().get(QueueAttributeName.REDRIVE_POLICY);
        mostReceives = policy == null
                ? Integer.MAX_VALUE
                : Integer.parseInt(
                        new JsonObject(policy).getValue("maxReceiveCount").toString());
    }

    /** A request of which nothing is heard is aborted, whatever limits the client has: a poll could hang for good. */
    private <T> Future<T> ask(Duration limit, Supplier<CompletableFuture<T>> request) {
        try {
            CompletableFuture<T> answer = request.get();
            return Future.fromCompletionStage(answer, context)
                    .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .onFailure(failure -> answer.cancel(true))
                    .recover(failure -> Future.failedFuture(described(failure, limit)));
        } catch (RuntimeException refusedBeforeSending) {
            return Future.failedFuture(refusedBeforeSending);
        }
    }

    private static Throwable described(Throwable failure, Duration limit) {
        if (failure instanceof TimeoutException) {
            return new TimeoutException("SQS did not answer within " + limit.toMillis() + " ms");
        }
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    private static <T> List<T> entries(List<Delivery> deliveries, IntFunction<T> entry) {
        return IntStream.range(0, deliveries.size()).mapToObj(entry).toList();
    }

    private static List<Delivery> except(List<Delivery> deliveries, Stream<String> confirmedIds) {
        Set<String> confirmed = confirmedIds.collect(Collectors.toSet());
        return IntStream.range(0, deliveries.size())
                .filter(index -> !confirmed.contains(Integer.toString(index)))
                .mapToObj(deliveries::get)
                .toList();
    }
}
