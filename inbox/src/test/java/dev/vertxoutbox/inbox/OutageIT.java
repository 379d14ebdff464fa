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
import java.time.Instant;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class OutageIT {
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
    void effectWhoseDatabaseSessionIsKilledIsRetriedAndCommittedOnce() {
        AtomicBoolean killed = new AtomicBoolean();
        UUID event = bench.send("a");

        bench.start(EventHandler.transactional((tx, received) -> Bench.record(tx, received)
                .compose(done -> killed.compareAndSet(false, true)
                        ? tx.query("SELECT pg_terminate_backend(pg_backend_pid())")
                                .execute()
                                .mapEmpty()
                        : Future.succeededFuture())));

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactly(event);
    }

    @Test
    void databaseOutageUsesUpAtMostOneTryForEachPollAndIsReported() {
        Inbox inbox = bench.start(Bench.recording());
        UUID before = bench.send("a");
        eventually(() -> assertThat(bench.effects()).containsExactly(before));

        bench.sandbox.postgres().stop();
        UUID during = bench.send("a");

        eventually(() -> assertThat(inbox.status().ok()).isFalse());
        InboxStatus status = inbox.status();
        assertThat(status.failingSince()).isNotNull();
        assertThat(status.lastError()).startsWith("database: ");
        // Longer than the backoff of the first failures and the polls under way: the message is there, and
        // nobody takes it.
        eventually(() -> assertThat(Duration.between(status.failingSince(), Instant.now()))
                .isGreaterThan(Duration.ofSeconds(4)));
        double received = bench.count("inbox.received");
        assertThat(received).isBetween(1.0, 1.0 + bench.config().pollers());

        bench.sandbox.postgres().start();
        eventually(() -> assertThat(bench.effects()).containsExactly(before, during));
        eventually(() -> assertThat(inbox.status().ok()).isTrue());
    }

    @Test
    void databaseThatOnlyAnswersReadsIsTreatedAsDown(TestDatabase db) {
        bench.sql("ALTER DATABASE " + db.name() + " SET default_transaction_read_only = on");
        try {
            Inbox inbox = bench.start(Bench.recording());

            eventually(() -> assertThat(inbox.status().ok()).isFalse());
            assertThat(inbox.status().lastError()).contains("25006");
            assertThat(bench.count("inbox.received")).isZero();
        } finally {
            bench.sql("BEGIN READ WRITE; ALTER DATABASE " + db.name() + " RESET default_transaction_read_only; COMMIT");
        }
    }

    @Test
    void queueOutageIsReportedAndSurvived() {
        Inbox inbox = bench.start(Bench.recording());
        UUID before = bench.send("a");
        // Deleted as well, or its group would be blocked until its visibility timeout.
        eventually(() -> assertThat(bench.depth()).isZero());

        bench.sandbox.queues().queueDown();
        eventually(() -> assertThat(inbox.status().ok()).isFalse());
        assertThat(inbox.status().lastError()).startsWith("receive: ");
        assertThat(bench.count("inbox.poll.failures")).isPositive();

        bench.sandbox.queues().queueUp();
        UUID after = bench.send("a");
        eventually(() -> assertThat(bench.effects()).containsExactly(before, after));
        eventually(() -> assertThat(inbox.status().ok()).isTrue());
    }

    @Test
    void effectCommittedWhileTheQueueIsDownStaysTheOnlyOne() {
        AtomicInteger tries = new AtomicInteger();
        UUID event = bench.send("a");

        bench.start(
                bench.config().withVisibilityTimeout(Duration.ofSeconds(2)),
                EventHandler.transactional((tx, received) -> {
                    if (tries.incrementAndGet() == 1) {
                        bench.sandbox.queues().queueDown();
                    }
                    return Bench.record(tx, received);
                }));
        eventually(() -> assertThat(bench.count("inbox.delete.failures")).isPositive());
        bench.sandbox.queues().queueUp();

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactly(event);
        assertThat(bench.count("inbox.duplicates")).isPositive();
    }

    @Test
    void pollsSurviveWhateverTheClientThrows() {
        AtomicInteger polls = new AtomicInteger();
        SqsAsyncClient client = Intercepted.client(bench.sqs, (request, queue) -> {
            if (!(request instanceof ReceiveMessageRequest)) {
                return queue.get();
            }
            return switch (polls.incrementAndGet()) {
                case 1, 2 -> throw new IllegalStateException("thrown, not answered");
                case 3, 4 -> CompletableFuture.failedFuture(new OutOfMemoryError("Cannot reserve direct memory"));
                default -> queue.get();
            };
        });
        UUID event = bench.send("a");

        bench.start(bench.config(), client, Bench.recording());

        eventually(() -> assertThat(bench.effects()).containsExactly(event));
    }

    @Test
    void requestOfWhichNothingIsHeardIsAbortedAndItsMessageComesAgain() {
        Deque<CompletableFuture<?>> unheard = new ConcurrentLinkedDeque<>();
        SqsAsyncClient client = Intercepted.client(bench.sqs, (request, queue) -> {
            if (!(request instanceof DeleteMessageBatchRequest) || !unheard.isEmpty()) {
                return queue.get();
            }
            unheard.add(new CompletableFuture<>());
            return unheard.element();
        });
        UUID event = bench.send("a");

        Inbox inbox = bench.start(bench.config(), client, Bench.recording());

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(unheard.element()).isCancelled();
        assertThat(bench.effects()).containsExactly(event);
        assertThat(bench.count("inbox.duplicates")).isEqualTo(1);
        assertThat(inbox.status().ok()).isTrue();
    }
}
