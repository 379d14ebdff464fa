package dev.vertxoutbox.inbox;

import static dev.vertxoutbox.inbox.Bench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class DeadLettersIT {
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
    void unknownEventTypeIsAcknowledgedAndItsGroupGoesOn() {
        bench.send("a", UUID.randomUUID(), "order.reviewed");
        UUID known = bench.send("a");

        bench.start(Bench.recording());

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactly(known);
        assertThat(bench.count("inbox.unknown")).isEqualTo(1);
    }

    @Test
    void malformedEnvelopeGoesToTheDeadLetterQueueAtOnceWithItsReason() {
        bench.sendBody("a", "{\"specversion\": \"1.0\", \"type\": \"order.placed\", \"id\": 7}");
        UUID behind = bench.send("a");

        bench.start(Bench.recording());

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactly(behind);
        assertThat(bench.count("inbox.malformed")).isEqualTo(1);
        Message dead = deadLetters().get(0);
        assertThat(dead.body()).isEqualTo("{\"specversion\": \"1.0\", \"type\": \"order.placed\", \"id\": 7}");
        assertReason(dead, "id must be a non-blank string");
    }

    @Test
    void eventThatItsHandlerCallsMalformedGoesToTheDeadLetterQueue() {
        bench.send("a");

        bench.start(event -> {
            throw new MalformedEventException("data.amount is missing\u0000\uFFFF");
        });

        eventually(() -> assertThat(bench.depth()).isZero());
        assertReason(deadLetters().get(0), "data.amount is missing??");
        assertThat(bench.effects()).isEmpty();
    }

    @Test
    void effectThatFindsTheEventMalformedLeavesNothingBehind() {
        UUID event = bench.send("a");

        bench.start(EventHandler.transactional((tx, received) -> Bench.record(tx, received)
                .compose(done -> Future.failedFuture(new MalformedEventException("data.amount is negative")))));

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(deadLetters().get(0).body()).contains(event.toString());
        assertThat(bench.effects()).isEmpty();
        assertThat(bench.number("SELECT count(*) FROM inbox.processed")).isZero();
    }

    @Test
    void malformedMessageStaysInTheQueueWhileTheDeadLetterQueueRefusesIt() {
        AtomicBoolean refused = new AtomicBoolean();
        SqsAsyncClient client = Intercepted.client(
                bench.sqs,
                (request, queue) -> request instanceof SendMessageRequest && refused.compareAndSet(false, true)
                        ? CompletableFuture.failedFuture(new IllegalStateException("refused"))
                        : queue.get());
        bench.sendBody("a", "not JSON");

        bench.start(bench.config(), client, Bench.recording());

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(deadLetters()).hasSize(1);
        assertThat(bench.count("inbox.failures")).isEqualTo(1);
    }

    @Test
    void depthOfTheDeadLetterQueueIsMeasured() {
        bench.sendBody("a", "not JSON");
        bench.sendBody("b", "nor this");
        bench.start(Bench.recording());
        eventually(() -> assertThat(bench.depth()).isZero());

        bench.start(InboxConfig.of("other", bench.queueUrl).withLongPoll(Duration.ofSeconds(1)), Bench.recording());

        eventually(() -> assertThat(bench.meters
                        .get("inbox.dead.letters")
                        .tag("consumer", "other")
                        .gauge()
                        .value())
                .isEqualTo(2));
    }

    private static void assertReason(Message dead, String reason) {
        assertThat(dead.messageAttributes())
                .extractingByKey("reason")
                .extracting(MessageAttributeValue::stringValue)
                .isEqualTo(reason);
    }

    private List<Message> deadLetters() {
        return bench.sqs
                .receiveMessage(
                        request -> request.queueUrl(bench.sandbox.queues().deadLetterUrl(bench.queueUrl))
                                .maxNumberOfMessages(10)
                                .messageAttributeNames("All"))
                .join()
                .messages();
    }
}
