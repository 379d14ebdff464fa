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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;

/** All that scenario 10 lists at once; each part alone is in the other tests of this package. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class Scenario10ConsumerIT {
    private final Map<String, List<UUID>> sent = new TreeMap<>();
    private final Set<UUID> failed = ConcurrentHashMap.newKeySet();
    private final Set<UUID> slow = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean mended = new AtomicBoolean();
    private Bench bench;

    @BeforeEach
    void prepare(Vertx vertx, TestDatabase db, Sandbox sandbox) {
        bench = new Bench(vertx, db, sandbox);
    }

    @AfterEach
    void cleanUp() {
        bench.close();
    }

    private void send(String group) {
        List<UUID> events = sent.computeIfAbsent(group, name -> new ArrayList<>());
        events.add(bench.send(group, events.size() + 1));
    }

    /** The first of b fails once; the first of c takes longer than the visibility timeout; d is malformed until mended. */
    private EventHandler handler(Vertx vertx) {
        return event -> {
            boolean first = Long.valueOf(1).equals(event.sequence());
            if (first && event.subject().equals("b") && failed.add(event.id())) {
                return Future.failedFuture("once");
            }
            if (event.subject().equals("d") && !mended.get()) {
                throw new MalformedEventException("not yet");
            }
            Future<?> work = first && event.subject().equals("c") && slow.add(event.id())
                    ? vertx.timer(3, TimeUnit.SECONDS)
                    : Future.succeededFuture();
            return work.map(done -> tx -> Bench.record(tx, event));
        };
    }

    @Test
    void oneEffectPerEventInTheOrderOfItsGroup(Vertx vertx) {
        for (int n = 0; n < 10; n++) {
            send("abc".substring(n % 3, n % 3 + 1));
        }
        InboxConfig config = bench.config().withVisibilityTimeout(Duration.ofSeconds(1));
        AtomicBoolean dead = new AtomicBoolean();
        SqsAsyncClient dyingAfterCommit = Intercepted.client(bench.sqs, (request, queue) -> {
            dead.compareAndSet(false, request instanceof DeleteMessageBatchRequest);
            return dead.get() ? new CompletableFuture<>() : queue.get();
        });
        bench.start(config, dyingAfterCommit, handler(vertx));
        eventually(() -> assertThat(dead).isTrue());

        AtomicBoolean forgotten = new AtomicBoolean();
        SqsAsyncClient forgetful = Intercepted.client(
                bench.sqs,
                (request, queue) ->
                        request instanceof DeleteMessageBatchRequest batch && forgotten.compareAndSet(false, true)
                                ? deleteAllButOne(batch)
                                : queue.get());
        bench.start(config, forgetful, handler(vertx));

        eventually(() -> assertThat(bench.depth()).isZero());
        assertEffects();
        assertThat(failed).hasSize(1);
        assertThat(slow).hasSize(1);
        assertThat(bench.count("inbox.duplicates")).isPositive();

        send("d");
        eventually(() -> assertThat(bench.count("inbox.malformed")).isEqualTo(1));
        eventually(() -> assertThat(bench.depth()).isZero());
        mended.set(true);
        send("a");
        redrive();
        send("d");
        send("b");

        eventually(() -> assertThat(bench.depth()).isZero());
        assertEffects();
    }

    private void assertEffects() {
        sent.forEach((group, events) -> assertThat(bench.effects(group)).isEqualTo(events));
    }

    private CompletableFuture<?> deleteAllButOne(DeleteMessageBatchRequest batch) {
        List<DeleteMessageBatchRequestEntry> rest =
                batch.entries().subList(1, batch.entries().size());
        return rest.isEmpty()
                ? CompletableFuture.failedFuture(new IllegalStateException("not deleted"))
                : bench.sqs.deleteMessageBatch(batch.toBuilder().entries(rest).build());
    }

    /** As a redrive does it: the same body under another message id and another deduplication id. */
    private void redrive() {
        String deadLetters = bench.sandbox.queues().deadLetterUrl(bench.queueUrl);
        List<Message> dead = bench.sqs
                .receiveMessage(request -> request.queueUrl(deadLetters).maxNumberOfMessages(10))
                .join()
                .messages();
        assertThat(dead).hasSize(1);
        bench.sendBody("d", dead.get(0).body());
    }
}
