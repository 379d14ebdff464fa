package dev.vertxoutbox.deploy;

import java.util.List;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.DeduplicationScope;
import software.amazon.awscdk.services.sqs.FifoThroughputLimit;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.amazon.awscdk.services.sqs.RedriveAllowPolicy;
import software.amazon.awscdk.services.sqs.RedrivePermission;
import software.constructs.Construct;

/**
 * A FIFO queue with high throughput, which is per message group, and its dead-letter queue, which takes from it alone.
 * Both are encrypted and refuse calls without TLS.
 */
final class OutboxQueue extends Construct {
    /** Outlasts an outage of the payment gateway for as long as messages are kept: see ADR 7. */
    private static final int MOST_RECEIVES = 10;

    private static final Duration KEPT = Duration.days(4);
    private static final Duration DEAD_LETTERS_KEPT = Duration.days(14);
    private static final Duration HIDDEN = Duration.seconds(30);
    private static final int LARGEST_MESSAGE = 1024 * 1024;

    private final Queue queue;
    private final Queue deadLetters;

    /** @param topic queues are named after it, without the suffix of FIFO queues */
    OutboxQueue(Construct scope, String id, String topic) {
        super(scope, id);
        String name = topic + "-events.fifo";
        this.deadLetters = fifo("DeadLetters", topic + "-events-dlq.fifo")
                .retentionPeriod(DEAD_LETTERS_KEPT)
                .redriveAllowPolicy(RedriveAllowPolicy.builder()
                        .redrivePermission(RedrivePermission.BY_QUEUE)
                        // By name: the two queues refer to each other.
                        .sourceQueues(List.of(Queue.fromQueueArn(this, "Source", arn(name))))
                        .build())
                .build();
        this.queue = fifo("Queue", name)
                .retentionPeriod(KEPT)
                .deadLetterQueue(DeadLetterQueue.builder()
                        .queue(deadLetters)
                        .maxReceiveCount(MOST_RECEIVES)
                        .build())
                .build();
    }

    private Queue.Builder fifo(String id, String name) {
        return Queue.Builder.create(this, id)
                .queueName(name)
                .fifo(true)
                // The deduplication id is that of the event.
                .contentBasedDeduplication(false)
                .deduplicationScope(DeduplicationScope.MESSAGE_GROUP)
                .fifoThroughputLimit(FifoThroughputLimit.PER_MESSAGE_GROUP_ID)
                .visibilityTimeout(HIDDEN)
                .maxMessageSizeBytes(LARGEST_MESSAGE)
                .encryption(QueueEncryption.SQS_MANAGED)
                .enforceSsl(true);
    }

    private String arn(String name) {
        return Stack.of(this)
                .formatArn(ArnComponents.builder().service("sqs").resource(name).build());
    }

    Queue queue() {
        return queue;
    }

    Queue deadLetters() {
        return deadLetters;
    }
}
