package dev.vertxoutbox.inbox;

import static dev.vertxoutbox.inbox.Bench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;

/** SQS charges by the request. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class RequestsIT {
    /** Of 0.35 in total, the relay needs 0.1: a batch of ten. */
    private static final double MOST_PER_EVENT = 0.25;

    private Bench bench;

    @BeforeEach
    void prepare(Vertx vertx, TestDatabase db, Sandbox sandbox) {
        bench = new Bench(vertx, db, sandbox);
    }

    @AfterEach
    void cleanUp() {
        bench.close();
    }

    @Test
    void consumerAtLoadNeedsOneRequestForFourEvents() {
        FakeQueue queue = new FakeQueue();
        // What takes no time is load on the slowest machine: a batch of deletes waits no longer than 50 ms.
        send(queue, 2_000, "order.painted");

        bench.start(bench.config(), queue, Bench.recording());

        eventually(() -> assertThat(queue.depth()).isZero());
        assertThat(queue.polls.get() + queue.deletes.get() + queue.visibilityChanges.get())
                .as("%s polls, %s deletes, %s visibility changes", queue.polls, queue.deletes, queue.visibilityChanges)
                .isLessThanOrEqualTo((int) (MOST_PER_EVENT * 2_000));
    }

    @Test
    void busyConsumerPollsForFullBatches() {
        FakeQueue queue = new FakeQueue();
        send(queue, 600, Bench.TYPE);

        bench.start(bench.config(), queue, Bench.recording());

        eventually(() -> assertThat(queue.depth()).isZero());
        assertThat(queue.polls.get()).isLessThanOrEqualTo(600 / 10 * 2);
    }

    private static void send(FakeQueue queue, int events, String type) {
        for (int n = 0; n < events; n++) {
            String subject = "s" + n % 200;
            queue.add(subject, Bench.envelope(subject, UUID.randomUUID(), type, null));
        }
    }

    @Test
    void idleConsumerMakesOneRequestPerPollerAndLongPoll() {
        List<ReceiveMessageRequest> polls = new CopyOnWriteArrayList<>();
        List<CompletableFuture<ReceiveMessageResponse>> answers = new ArrayList<>();
        SqsAsyncClient client = Intercepted.client(bench.sqs, (request, queue) -> {
            if (request instanceof ReceiveMessageRequest poll) {
                CompletableFuture<ReceiveMessageResponse> answer = new CompletableFuture<>();
                answers.add(answer);
                polls.add(poll);
                return answer;
            }
            return queue.get();
        });
        InboxConfig defaults = InboxConfig.of("bench", bench.queueUrl);
        Inbox inbox = bench.start(defaults, client, Bench.recording());
        eventually(() -> assertThat(polls).hasSize(defaults.pollers()));
        assertThat(polls).allSatisfy(poll -> assertThat(poll.waitTimeSeconds()).isEqualTo(20));

        answers.get(0).complete(ReceiveMessageResponse.builder().build());

        eventually(() -> assertThat(polls).hasSize(defaults.pollers() + 1));
        answers.get(1).complete(ReceiveMessageResponse.builder().build());
        eventually(() -> assertThat(polls).hasSize(defaults.pollers() + 2));
        var stopped = inbox.stop();
        answers.forEach(
                answer -> answer.complete(ReceiveMessageResponse.builder().build()));
        Bench.done(stopped);
        assertThat(polls).hasSize(defaults.pollers() + 2);
    }
}
