package dev.vertxoutbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** Whatever is delivered, and however consumers die: one effect per event, in order. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class ConsumerKillsIT {
    private static final int EVENTS = 10_000;
    private static final int SUBJECTS = 500;
    private static final int CONSUMERS = 3;
    private static final int HARM_EVERY = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE application_name = 'doomed' AND random() < 0.3";
    private static final String NOT_ONCE =
            "SELECT count(*) FROM (SELECT FROM effect GROUP BY event_id HAVING count(*) <> 1) wrong";
    private static final String OUT_OF_ORDER = "SELECT count(*) FROM (SELECT sequence, lag(sequence) OVER"
            + " (PARTITION BY subject ORDER BY position) AS before FROM effect) e WHERE sequence <> coalesce(before, 0) + 1";

    private final Random random = new Random(20_261_124);
    private final FakeQueue queue = new FakeQueue();
    private final List<Consumer> consumers = new ArrayList<>();
    private final List<Future<Void>> stopped = new ArrayList<>();
    private Bench bench;
    private TestDatabase db;

    /** One consumer process, as far as it matters: its requests and its sessions end with it, halfway through anything. */
    private final class Consumer {
        final Pool pool;
        final Inbox inbox;
        volatile boolean dead;

        Consumer(Vertx vertx) {
            PgConnectOptions options =
                    db.connectOptions().addProperty("role", "inbox_consumer").addProperty("application_name", "doomed");
            pool = db.pool(vertx, options, new PoolOptions().setMaxSize(6).setConnectionTimeout(2));
            SqsAsyncClient mortal =
                    Intercepted.client(queue, (request, answer) -> dead ? new CompletableFuture<>() : answer.get());
            InboxConfig config =
                    bench.config().withVisibilityTimeout(Duration.ofSeconds(2)).withMaxInFlight(50);
            Map<String, EventHandler> handlers = Map.of(Bench.TYPE, EventHandler.transactional(Bench::record));
            inbox = new Inbox(vertx, pool, mortal, config, handlers, new SimpleMeterRegistry());
            Bench.done(inbox.start());
        }

        void kill() {
            dead = true;
            pool.close();
            stopped.add(inbox.stop());
        }
    }

    @BeforeEach
    void prepare(Vertx vertx, TestDatabase database, Sandbox sandbox) {
        db = database;
        bench = new Bench(vertx, db, sandbox);
    }

    @AfterEach
    void cleanUp() throws Exception {
        List.copyOf(consumers).forEach(Consumer::kill);
        Future.join(stopped).await(30, TimeUnit.SECONDS);
        bench.close();
    }

    @Test
    void eachEventTakesEffectOnceAndInOrder(Vertx vertx) {
        send();
        for (int n = 0; n < CONSUMERS; n++) {
            consumers.add(new Consumer(vertx));
        }

        for (int depth = queue.depth() - HARM_EVERY; depth > 0; depth -= HARM_EVERY) {
            untilDepth(depth);
            harm(vertx);
        }
        untilDepth(0);

        assertThat(bench.number("SELECT count(*) FROM effect")).isEqualTo(EVENTS);
        assertThat(bench.number(NOT_ONCE)).isZero();
        assertThat(bench.number(OUT_OF_ORDER)).isZero();
        assertThat(stopped).as("consumers killed").isNotEmpty();
    }

    private void untilDepth(int most) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> queue.depth() <= most);
    }

    /** Each event once in its place, and up to twice more at some later one. */
    private void send() {
        List<Runnable> order = new ArrayList<>();
        Map<Integer, List<Runnable>> later = new HashMap<>();
        for (int n = 0; n < EVENTS; n++) {
            String subject = "s" + n % SUBJECTS;
            String body = Bench.envelope(subject, UUID.randomUUID(), Bench.TYPE, 1L + n / SUBJECTS);
            order.add(() -> queue.add(subject, body));
            for (int more = random.nextInt(3); more > 0; more--) {
                int place = n + random.nextInt(EVENTS - n);
                later.computeIfAbsent(place, at -> new ArrayList<>()).add(order.get(n));
            }
        }
        for (int n = 0; n < EVENTS; n++) {
            order.get(n).run();
            later.getOrDefault(n, List.of()).forEach(Runnable::run);
        }
    }

    private void harm(Vertx vertx) {
        bench.sql(TERMINATE);
        if (random.nextBoolean()) {
            int victim = random.nextInt(consumers.size());
            consumers.remove(victim).kill();
            consumers.add(new Consumer(vertx));
        }
    }
}
