package dev.vertxoutbox.inbox;

import static dev.vertxoutbox.inbox.Bench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class StopIT {
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
    void stopLetsTheRunningHandlerFinishAndGivesBackWhatWaits() {
        Promise<Void> turn = Promise.promise();
        AtomicInteger running = new AtomicInteger();
        UUID first = bench.send("a");
        UUID second = bench.send("a");
        Inbox inbox = bench.start(event -> {
            running.incrementAndGet();
            return turn.future().map(done -> tx -> Bench.record(tx, event));
        });
        eventually(() -> assertThat(running).hasValue(1));
        eventually(() -> assertThat(bench.count("inbox.received")).isEqualTo(2));

        Future<Void> stopped = inbox.stop();
        eventually(() -> assertThat(bench.count("inbox.given.back")).isEqualTo(1));
        assertThat(stopped.isComplete()).isFalse();
        turn.complete();
        Bench.done(stopped);

        assertThat(bench.effects()).containsExactly(first);
        assertThat(bench.depth()).isEqualTo(1);
        assertThat(inbox.status().ok()).isFalse();
        // At once: not after a backoff and not after the visibility timeout.
        List<Message> next = bench.sqs
                .receiveMessage(request -> request.queueUrl(bench.queueUrl))
                .join()
                .messages();
        assertThat(next.get(0).body()).contains(second.toString());
    }

    @Test
    void lastPollIsLetEndAndWhatItBringsIsGivenBackAtOnce() {
        AtomicInteger polls = new AtomicInteger();
        SqsAsyncClient client = Intercepted.client(bench.sqs, (request, queue) -> {
            if (request instanceof ReceiveMessageRequest) {
                polls.incrementAndGet();
            }
            return queue.get();
        });
        Inbox inbox = bench.start(
                bench.config().withLongPoll(Duration.ofSeconds(5)).withPollers(1), client, Bench.recording());
        eventually(() -> assertThat(polls).hasValue(1));

        Future<Void> stopped = inbox.stop();
        UUID late = bench.send("a");
        Bench.done(stopped);

        assertThat(polls).hasValue(1);
        assertThat(bench.effects()).isEmpty();
        assertThat(bench.count("inbox.received")).isEqualTo(1);
        bench.start(Bench.recording());
        eventually(() -> assertThat(bench.effects()).containsExactly(late));
    }

    @Test
    void stopIsBoundedWhenAHandlerNeverEnds() {
        AtomicInteger running = new AtomicInteger();
        bench.send("a");
        Inbox inbox = bench.start(event -> {
            running.incrementAndGet();
            return Promise.<Effect>promise().future();
        });
        eventually(() -> assertThat(running).hasValue(1));
        Instant begin = Instant.now();

        Bench.done(inbox.stop());

        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void stopDuringAnOutageIsQuick() {
        bench.sandbox.queues().queueDown();
        Inbox inbox = bench.start(Bench.recording());
        eventually(() -> assertThat(inbox.status().ok()).isFalse());

        Bench.done(inbox.stop());

        assertThat(inbox.status()).isEqualTo(InboxStatus.NOT_RUNNING);
    }

    @Test
    void inboxStartsOnlyOnceAndStopsAnyNumberOfTimes() {
        Inbox inbox = bench.start(Bench.recording());

        assertThat(Bench.failureOf(inbox.start())).isInstanceOf(IllegalStateException.class);
        Bench.done(inbox.stop());
        Bench.done(inbox.stop());
        assertThat(Bench.failureOf(inbox.start())).isInstanceOf(IllegalStateException.class);
    }
}
