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
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class VisibilityIT {
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
    void handlerSlowerThanTheVisibilityTimeoutIsNotCalledTwice(Vertx vertx) {
        AtomicInteger prepared = new AtomicInteger();
        UUID slow = bench.send("a");
        UUID behind = bench.send("a");
        InboxConfig config = bench.config().withVisibilityTimeout(Duration.ofSeconds(1));
        EventHandler handler = event -> {
            prepared.incrementAndGet();
            Future<Void> work =
                    event.id().equals(slow) ? vertx.timer(4, TimeUnit.SECONDS).mapEmpty() : Future.succeededFuture();
            return work.map(done -> tx -> Bench.record(tx, event));
        };

        bench.start(config, handler);
        bench.start(config, handler);

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactly(slow, behind);
        assertThat(prepared).hasValue(2);
        assertThat(bench.count("inbox.received")).isEqualTo(2);
    }

    @Test
    void handlerThatNeverEndsIsGivenUpAndItsMessageComesAgain() {
        AtomicInteger tries = new AtomicInteger();
        UUID event = bench.send("a");

        bench.start(bench.config().withHandlerTimeout(Duration.ofMillis(200)), received -> {
            boolean first = tries.incrementAndGet() == 1;
            return first
                    ? Promise.<Effect>promise().future()
                    : Future.succeededFuture(tx -> Bench.record(tx, received));
        });

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactly(event);
    }

    @Test
    void effectsThatNeverEndKeepNoConnection() {
        AtomicInteger tries = new AtomicInteger();
        int poolSize = 4;
        Set<UUID> events = new HashSet<>();
        for (int n = 0; n < 2 * poolSize; n++) {
            events.add(bench.send("s" + n));
        }

        bench.start(
                bench.config().withHandlerTimeout(Duration.ofMillis(500)),
                EventHandler.transactional((tx, event) -> Bench.record(tx, event)
                        .compose(done -> tries.incrementAndGet() <= poolSize
                                ? Promise.<Void>promise().future()
                                : Future.succeededFuture())));

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactlyInAnyOrderElementsOf(events);
    }

    @Test
    void effectOfAnAbandonedTryIsNeverCommitted() {
        Promise<Effect> late = Promise.promise();
        AtomicInteger lateApplied = new AtomicInteger();
        AtomicInteger tries = new AtomicInteger();
        UUID event = bench.send("a");

        bench.start(bench.config().withHandlerTimeout(Duration.ofMillis(200)), received -> {
            if (tries.incrementAndGet() == 1) {
                return late.future();
            }
            late.tryComplete(tx -> {
                lateApplied.incrementAndGet();
                return Bench.record(tx, received);
            });
            return Future.succeededFuture(tx -> Bench.record(tx, received));
        });

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactly(event);
        assertThat(lateApplied).hasValue(0);
    }

    @Test
    void effectGivenUpDuringAStatementWritesNothingAfterIt() {
        AtomicInteger tries = new AtomicInteger();
        AtomicInteger goneOn = new AtomicInteger();
        UUID event = bench.send("a");

        bench.start(
                bench.config().withHandlerTimeout(Duration.ofMillis(200)),
                EventHandler.transactional((tx, received) -> {
                    String statement = tries.incrementAndGet() == 1 ? "SELECT pg_sleep(1)" : "SELECT 1";
                    return tx.query(statement).execute().compose(slow -> {
                        goneOn.incrementAndGet();
                        return Bench.record(tx, received);
                    });
                }));

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(goneOn).hasValueGreaterThan(1);
        assertThat(bench.effects()).containsExactly(event);
    }
}
