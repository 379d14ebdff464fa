package dev.vertxoutbox.inbox;

import static dev.vertxoutbox.inbox.Bench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class DeletionIT {
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
    void messagesThatABatchDidNotDeleteComeAgainAsDuplicates() {
        AtomicBoolean oneFailed = new AtomicBoolean();
        AtomicBoolean oneForgotten = new AtomicBoolean();
        SqsAsyncClient client = Intercepted.client(
                bench.sqs,
                (request, queue) -> request instanceof DeleteMessageBatchRequest batch
                        ? deleteAllBut(batch, oneFailed, oneForgotten)
                        : queue.get());
        Set<UUID> events = new HashSet<>();
        for (int n = 0; n < 10; n++) {
            events.add(bench.send("s" + n));
        }

        bench.start(bench.config().withPollers(1), client, Bench.recording());

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactlyInAnyOrderElementsOf(events);
        assertThat(bench.count("inbox.delete.failures")).isEqualTo(2);
        assertThat(bench.count("inbox.duplicates")).isEqualTo(2);
        assertThat(bench.count("inbox.deleted")).isEqualTo(10);
    }

    /** Reports the first entry ever as failed and leaves out another, as scenario 10 and the API allow. */
    private CompletableFuture<DeleteMessageBatchResponse> deleteAllBut(
            DeleteMessageBatchRequest batch, AtomicBoolean oneFailed, AtomicBoolean oneForgotten) {
        List<DeleteMessageBatchRequestEntry> rest = new ArrayList<>(batch.entries());
        List<BatchResultErrorEntry> failed = new ArrayList<>();
        if (oneFailed.compareAndSet(false, true)) {
            failed.add(BatchResultErrorEntry.builder()
                    .id(rest.remove(0).id())
                    .code("InternalError")
                    .senderFault(false)
                    .build());
        }
        if (!rest.isEmpty() && oneForgotten.compareAndSet(false, true)) {
            rest.remove(0);
        }
        CompletableFuture<DeleteMessageBatchResponse> deleted = rest.isEmpty()
                ? CompletableFuture.completedFuture(
                        DeleteMessageBatchResponse.builder().build())
                : bench.sqs.deleteMessageBatch(batch.toBuilder().entries(rest).build());
        return deleted.thenApply(response -> response.toBuilder().failed(failed).build());
    }

    @Test
    void deletesAreSentInBatches() {
        AtomicInteger requests = new AtomicInteger();
        SqsAsyncClient client = Intercepted.client(bench.sqs, (request, queue) -> {
            if (request instanceof DeleteMessageBatchRequest) {
                requests.incrementAndGet();
            }
            return queue.get();
        });
        for (int n = 0; n < 100; n++) {
            bench.send("s" + n);
        }

        bench.start(bench.config(), client, Bench.recording());

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(requests.get()).isLessThanOrEqualTo(20);
    }
}
