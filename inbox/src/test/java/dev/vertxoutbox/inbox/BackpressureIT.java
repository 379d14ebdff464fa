package dev.vertxoutbox.inbox;

import static dev.vertxoutbox.inbox.Bench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class BackpressureIT {
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
    void neverMoreThanMaxInFlightIsHeldOrAskedFor() {
        int limit = 7;
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger mostAsked = new AtomicInteger();
        AtomicInteger running = new AtomicInteger();
        AtomicInteger mostRunning = new AtomicInteger();
        List<Promise<Void>> waiting = new CopyOnWriteArrayList<>();
        SqsAsyncClient client = Intercepted.client(bench.sqs, (request, queue) -> {
            if (request instanceof ReceiveMessageRequest poll) {
                mostAsked.accumulateAndGet(asked.addAndGet(poll.maxNumberOfMessages()) + running.get(), Math::max);
                return queue.get().thenApply(response -> {
                    asked.addAndGet(-poll.maxNumberOfMessages());
                    return response;
                });
            }
            return queue.get();
        });
        for (int n = 0; n < 30; n++) {
            bench.send("s" + n);
        }

        bench.start(bench.config().withMaxInFlight(limit).withPollers(3), client, event -> {
            mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
            Promise<Void> turn = Promise.promise();
            waiting.add(turn);
            return turn.future().map(done -> tx -> {
                running.decrementAndGet();
                return Bench.record(tx, event);
            });
        });

        eventually(() -> assertThat(running).hasValue(limit));
        assertThat(bench.meters.get("inbox.in.flight").gauge().value()).isEqualTo(limit);
        assertThat(bench.count("inbox.received")).isEqualTo(limit);
        eventually(() -> {
            waiting.forEach(Promise::tryComplete);
            assertThat(bench.effects()).hasSize(30);
        });
        assertThat(mostRunning).hasValue(limit);
        assertThat(mostAsked.get()).isLessThanOrEqualTo(limit);
        eventually(() -> assertThat(bench.depth()).isZero());
    }
}
