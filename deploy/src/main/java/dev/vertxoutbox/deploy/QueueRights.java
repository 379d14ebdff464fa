package dev.vertxoutbox.deploy;

import java.util.List;
import java.util.stream.Stream;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.sqs.IQueue;

/** What a service may do with queues: each right by name, on queues by name. */
final class QueueRights {
    private QueueRights() {}

    /** To take messages, hold them while they are worked on, and delete them. */
    static PolicyStatement consume(OutboxQueue queue) {
        return allow(
                List.of(
                        "sqs:ReceiveMessage",
                        "sqs:DeleteMessage",
                        "sqs:ChangeMessageVisibility",
                        "sqs:GetQueueAttributes"),
                queue.queue());
    }

    /** To see how many dead letters there are. */
    static PolicyStatement watchDeadLetters(OutboxQueue queue) {
        return allow(List.of("sqs:GetQueueAttributes"), queue.deadLetters());
    }

    /** To see how many dead letters there are, and to add one that can never be processed. */
    static PolicyStatement addDeadLetters(OutboxQueue queue) {
        return allow(List.of("sqs:SendMessage", "sqs:GetQueueAttributes"), queue.deadLetters());
    }

    /** To send, and to see how much waits. */
    static PolicyStatement send(OutboxQueue... queues) {
        return allow(
                List.of("sqs:SendMessage", "sqs:GetQueueAttributes"),
                Stream.of(queues).map(OutboxQueue::queue).toArray(IQueue[]::new));
    }

    private static PolicyStatement allow(List<String> actions, IQueue... queues) {
        return PolicyStatement.Builder.create()
                .actions(actions)
                .resources(Stream.of(queues).map(IQueue::getQueueArn).toList())
                .build();
    }
}
