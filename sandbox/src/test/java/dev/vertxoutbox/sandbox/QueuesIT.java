package dev.vertxoutbox.sandbox;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;

@ExtendWith(SandboxExtension.class)
class QueuesIT {

    private final Queues faults;
    private final TestQueues queues;
    private final SqsAsyncClient client;

    QueuesIT(Sandbox sandbox, TestQueues queues) {
        this.faults = sandbox.queues();
        this.queues = queues;
        this.client = queues.client();
    }

    @BeforeEach
    void empty() {
        queues.purge();
    }

    @AfterEach
    void reachable() {
        faults.queueUp();
    }

    @Test
    void queuesAreConfiguredAsTheDeployedOnes() throws Exception {
        Map<QueueAttributeName, String> attributes = attributes(queues.flightUrl());

        assertThat(attributes)
                .containsEntry(QueueAttributeName.FIFO_QUEUE, "true")
                .containsEntry(QueueAttributeName.CONTENT_BASED_DEDUPLICATION, "false")
                .containsEntry(QueueAttributeName.VISIBILITY_TIMEOUT, "30");
        assertThat(attributes.get(QueueAttributeName.REDRIVE_POLICY))
                .contains("\"maxReceiveCount\":10")
                .contains(attributes(queues.deadLetterUrl(queues.flightUrl())).get(QueueAttributeName.QUEUE_ARN));
    }

    @Test
    void aMessageNobodyCanHandleMovesToTheDeadLetterQueue() throws Exception {
        send("poison");

        for (int delivery = 1; delivery <= 10; delivery++) {
            Message message = receive(queues.flightUrl()).get(0);
            release(message);
        }

        assertThat(receive(queues.flightUrl())).isEmpty();
        assertThat(receive(queues.deadLetterUrl(queues.flightUrl())))
                .extracting(Message::body)
                .containsExactly("poison");
    }

    @Test
    void aQueueThatIsDownRefusesConnectionsAndKeepsItsMessages() throws Exception {
        send("kept");

        faults.queueDown();
        assertThatThrownBy(this::openConnection).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> send("refused")).hasMessageContaining("refused");
        faults.queueUp();

        assertThat(queues.depth(queues.flightUrl())).isEqualTo(1);
        assertThat(receive(queues.flightUrl())).extracting(Message::body).containsExactly("kept");
    }

    @Test
    void aLongPollThatAnOutageInterruptsSwallowsNothing() throws Exception {
        CompletableFuture<ReceiveMessageResponse> poll = client.receiveMessage(
                request -> request.queueUrl(queues.flightUrl()).waitTimeSeconds(10));
        // The poll has arrived when a later request on another connection was answered.
        assertThat(queues.depth(queues.flightUrl())).isZero();

        faults.queueDown();
        faults.queueUp();
        send("first after the outage");

        List<Message> received = poll.get(5, SECONDS).messages();
        assertThat(received).extracting(Message::body).containsExactly("first after the outage");
    }

    @Test
    void depthCountsMessagesUnderWayToo() throws Exception {
        send("under way");
        receive(queues.flightUrl());

        assertThat(queues.depth(queues.flightUrl())).isEqualTo(1);
        assertThat(queues.depth(queues.paymentUrl())).isZero();
    }

    private void openConnection() throws Exception {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            queues.endpoint().getHost(), queues.endpoint().getPort()),
                    2_000);
        }
    }

    private void send(String body) throws Exception {
        client.sendMessage(request -> request.queueUrl(queues.flightUrl())
                        .messageBody(body)
                        .messageGroupId("group")
                        .messageDeduplicationId(UUID.randomUUID().toString()))
                .get(5, SECONDS);
    }

    private List<Message> receive(String queueUrl) throws Exception {
        return client.receiveMessage(request -> request.queueUrl(queueUrl))
                .get(5, SECONDS)
                .messages();
    }

    private void release(Message message) throws Exception {
        client.changeMessageVisibility(request -> request.queueUrl(queues.flightUrl())
                        .receiptHandle(message.receiptHandle())
                        .visibilityTimeout(0))
                .get(5, SECONDS);
    }

    private Map<QueueAttributeName, String> attributes(String queueUrl) throws Exception {
        return client.getQueueAttributes(request -> request.queueUrl(queueUrl).attributeNames(QueueAttributeName.ALL))
                .get(5, SECONDS)
                .attributes();
    }
}
