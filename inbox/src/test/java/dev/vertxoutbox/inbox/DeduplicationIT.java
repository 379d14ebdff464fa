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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class DeduplicationIT {
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
    void sameEventUnderANewMessageIdTakesEffectOnce() {
        UUID event = bench.send("a");
        bench.send("a", event, Bench.TYPE);
        bench.send("a", event, Bench.TYPE);

        bench.start(Bench.recording());

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactly(event);
        assertThat(bench.count("inbox.handled")).isEqualTo(1);
        assertThat(bench.count("inbox.duplicates")).isEqualTo(2);
    }

    @Test
    void processedEventIsNotPreparedAgain() {
        AtomicInteger prepared = new AtomicInteger();
        UUID event = bench.send("a");
        bench.send("a", event, Bench.TYPE);

        bench.start(received -> {
            prepared.incrementAndGet();
            return Future.succeededFuture(tx -> Bench.record(tx, received));
        });

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactly(event);
        assertThat(prepared).hasValue(1);
    }

    @Test
    void sameEventProcessedTwiceAtTheSameTimeTakesEffectOnce() {
        Promise<Void> bothPrepared = Promise.promise();
        AtomicInteger prepared = new AtomicInteger();
        UUID event = bench.send("a");
        bench.send("b", event, Bench.TYPE);

        bench.start(received -> {
            if (prepared.incrementAndGet() == 2) {
                bothPrepared.complete();
            }
            return bothPrepared.future().map(both -> tx -> Bench.record(tx, received));
        });

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(prepared).hasValue(2);
        assertThat(bench.effects()).containsExactly(event);
    }

    @Test
    void eventCommittedByAConsumerThatCouldNotDeleteItTakesEffectOnce() {
        AtomicBoolean dead = new AtomicBoolean();
        SqsAsyncClient dyingAfterCommit = Intercepted.client(bench.sqs, (request, queue) -> {
            dead.compareAndSet(false, request instanceof DeleteMessageBatchRequest);
            return dead.get() ? new CompletableFuture<>() : queue.get();
        });
        InboxConfig config = bench.config().withVisibilityTimeout(Duration.ofSeconds(1));
        UUID event = bench.send("a");
        bench.start(config, dyingAfterCommit, Bench.recording());
        eventually(() -> assertThat(dead).isTrue());
        assertThat(bench.effects()).containsExactly(event);
        assertThat(bench.depth()).isEqualTo(1);

        bench.start(config, Bench.recording());

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactly(event);
        assertThat(bench.count("inbox.duplicates")).isPositive();
    }

    @Test
    void effectThatHidesItsOwnFailedStatementIsNotTakenForCommitted() {
        AtomicInteger tries = new AtomicInteger();
        UUID event = bench.send("a");

        bench.start(EventHandler.transactional((tx, received) -> tries.incrementAndGet() == 1
                ? tx.query("SELECT * FROM no_such_table")
                        .execute()
                        .otherwiseEmpty()
                        .mapEmpty()
                : Bench.record(tx, received)));

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactly(event);
    }
}
