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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class MessageGroupOrderIT {
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
    void eachGroupIsProcessedInTheOrderSentWhileGroupsInterleave() {
        Map<String, List<UUID>> sent = new TreeMap<>();
        for (int n = 0; n < 60; n++) {
            String subject = "s" + n % 4;
            sent.computeIfAbsent(subject, name -> new ArrayList<>()).add(bench.send(subject));
        }

        bench.start(Bench.recording());

        eventually(() -> assertThat(bench.effects()).hasSize(60));
        sent.forEach((subject, events) -> assertThat(bench.effects(subject)).isEqualTo(events));
    }

    @Test
    void laterMessagesOfAGroupWaitForTheFailedOneAndOtherGroupsDoNot() {
        UUID first = bench.send("a");
        UUID second = bench.send("a");
        UUID third = bench.send("a");
        UUID other = bench.send("b");
        AtomicBoolean healed = new AtomicBoolean();
        AtomicInteger failures = new AtomicInteger();

        bench.start(EventHandler.transactional((tx, event) -> {
            if (event.id().equals(first) && !healed.get()) {
                failures.incrementAndGet();
                return Bench.record(tx, event).compose(done -> Future.failedFuture("not yet"));
            }
            return Bench.record(tx, event);
        }));

        eventually(() -> assertThat(failures).hasValueGreaterThanOrEqualTo(2));
        eventually(() -> assertThat(bench.effects()).containsExactly(other));
        healed.set(true);
        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects("a")).containsExactly(first, second, third);
        // The first time, the two groups may have shared a transaction, whose failure is not the message's.
        assertThat(bench.count("inbox.failures")).isBetween(failures.get() - 1.0, (double) failures.get());
    }

    @Test
    void failedGroupComesBackAfterItsBackoffNotAfterTheVisibilityTimeout() {
        UUID event = bench.send("a");
        AtomicReference<Instant> failed = new AtomicReference<>();
        AtomicReference<Instant> again = new AtomicReference<>();

        bench.start(EventHandler.transactional((tx, received) -> {
            if (failed.compareAndSet(null, Instant.now())) {
                throw new IllegalStateException("once");
            }
            again.set(Instant.now());
            return Bench.record(tx, received);
        }));

        eventually(() -> assertThat(bench.effects()).containsExactly(event));
        assertThat(Duration.between(failed.get(), again.get()))
                .isBetween(
                        Duration.ofMillis(900),
                        bench.config().visibilityTimeout().dividedBy(3));
    }

    @Test
    void messageGivenBackBehindAFailedOneIsNotCountedAsAFailure() {
        bench.send("a");
        bench.send("a");
        AtomicBoolean failed = new AtomicBoolean();

        bench.start(EventHandler.transactional((tx, event) ->
                failed.compareAndSet(false, true) ? Future.failedFuture("once") : Bench.record(tx, event)));

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.count("inbox.failures")).isEqualTo(1);
        assertThat(bench.count("inbox.given.back")).isEqualTo(2);
    }
}
