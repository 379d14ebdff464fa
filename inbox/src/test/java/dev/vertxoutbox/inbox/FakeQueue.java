package dev.vertxoutbox.inbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;

/**
 * A FIFO queue in memory, for more messages than a local server takes: a group's messages come in order, and none comes
 * while another of its group is hidden. It counts its requests and has no redrive policy.
 */
final class FakeQueue implements SqsAsyncClient {
    private static final long LOOK_AGAIN_MILLIS = 10;

    final AtomicInteger polls = new AtomicInteger();
    final AtomicInteger deletes = new AtomicInteger();
    final AtomicInteger visibilityChanges = new AtomicInteger();

    private final Map<String, Stored> messages = new LinkedHashMap<>();

    private static final class Stored {
        final String id = UUID.randomUUID().toString();
        final String group;
        final String body;
        String receipt = "";
        int receives;
        long firstReceivedMillis;
        long hiddenUntilNanos = System.nanoTime();

        Stored(String group, String body) {
            this.group = group;
            this.body = body;
        }

        boolean isHidden(long now) {
            return hiddenUntilNanos - now > 0;
        }

        Message receive(int hiddenSeconds) {
            receives++;
            receipt = id + "/" + receives;
            firstReceivedMillis = receives == 1 ? System.currentTimeMillis() : firstReceivedMillis;
            hide(hiddenSeconds);
            return Message.builder()
                    .messageId(id)
                    .receiptHandle(receipt)
                    .body(body)
                    .attributes(Map.of(
                            MessageSystemAttributeName.MESSAGE_GROUP_ID,
                            group,
                            MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT,
                            Integer.toString(receives),
                            MessageSystemAttributeName.APPROXIMATE_FIRST_RECEIVE_TIMESTAMP,
                            Long.toString(firstReceivedMillis)))
                    .build();
        }

        void hide(int seconds) {
            hiddenUntilNanos = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        }
    }

    synchronized void add(String group, String body) {
        Stored stored = new Stored(group, body);
        messages.put(stored.id, stored);
    }

    synchronized int depth() {
        return messages.size();
    }

    @Override
    public CompletableFuture<ReceiveMessageResponse> receiveMessage(ReceiveMessageRequest request) {
        polls.incrementAndGet();
        CompletableFuture<ReceiveMessageResponse> answer = new CompletableFuture<>();
        Duration wait = Duration.ofSeconds(request.waitTimeSeconds());
        long deadlineNanos = System.nanoTime() + wait.toNanos();
        // Not on the caller's thread, which is an event loop.
        ForkJoinPool.commonPool().execute(() -> poll(request, answer, deadlineNanos));
        return answer;
    }

    private void poll(
            ReceiveMessageRequest request, CompletableFuture<ReceiveMessageResponse> answer, long deadlineNanos) {
        List<Message> found = receive(request.maxNumberOfMessages(), request.visibilityTimeout());
        if (!found.isEmpty() || System.nanoTime() - deadlineNanos >= 0) {
            answer.complete(ReceiveMessageResponse.builder().messages(found).build());
            return;
        }
        CompletableFuture.delayedExecutor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                .execute(() -> poll(request, answer, deadlineNanos));
    }

    private synchronized List<Message> receive(int most, int hiddenSeconds) {
        long now = System.nanoTime();
        Set<String> blocked = new HashSet<>();
        messages.values().stream().filter(stored -> stored.isHidden(now)).forEach(stored -> blocked.add(stored.group));
        return messages.values().stream()
                .filter(stored -> !blocked.contains(stored.group))
                .limit(most)
                .map(stored -> stored.receive(hiddenSeconds))
                .toList();
    }

    @Override
    public CompletableFuture<DeleteMessageBatchResponse> deleteMessageBatch(DeleteMessageBatchRequest request) {
        deletes.incrementAndGet();
        return CompletableFuture.supplyAsync(() -> delete(request));
    }

    private synchronized DeleteMessageBatchResponse delete(DeleteMessageBatchRequest request) {
        List<DeleteMessageBatchResultEntry> done = new ArrayList<>();
        request.entries().forEach(entry -> {
            if (isCurrent(entry.receiptHandle())) {
                messages.remove(id(entry.receiptHandle()));
                done.add(DeleteMessageBatchResultEntry.builder().id(entry.id()).build());
            }
        });
        return DeleteMessageBatchResponse.builder().successful(done).build();
    }

    @Override
    public CompletableFuture<ChangeMessageVisibilityBatchResponse> changeMessageVisibilityBatch(
            ChangeMessageVisibilityBatchRequest request) {
        visibilityChanges.incrementAndGet();
        return CompletableFuture.supplyAsync(() -> change(request));
    }

    private synchronized ChangeMessageVisibilityBatchResponse change(ChangeMessageVisibilityBatchRequest request) {
        List<ChangeMessageVisibilityBatchResultEntry> done = new ArrayList<>();
        request.entries().forEach(entry -> {
            Stored stored = messages.get(id(entry.receiptHandle()));
            if (stored != null && isCurrent(entry.receiptHandle())) {
                stored.hide(entry.visibilityTimeout());
                done.add(ChangeMessageVisibilityBatchResultEntry.builder()
                        .id(entry.id())
                        .build());
            }
        });
        return ChangeMessageVisibilityBatchResponse.builder().successful(done).build();
    }

    /** As SQS has it for FIFO queues: a receipt ends with its visibility timeout. */
    private boolean isCurrent(String receipt) {
        Stored stored = messages.get(id(receipt));
        return stored != null && stored.receipt.equals(receipt) && stored.isHidden(System.nanoTime());
    }

    private static String id(String receipt) {
        return receipt.substring(0, receipt.indexOf('/'));
    }

    @Override
    public CompletableFuture<GetQueueAttributesResponse> getQueueAttributes(GetQueueAttributesRequest request) {
        return CompletableFuture.completedFuture(
                GetQueueAttributesResponse.builder().build());
    }

    @Override
    public String serviceName() {
        return SqsAsyncClient.SERVICE_NAME;
    }

    @Override
    public void close() {}
}
