package dev.vertxoutbox.outbox;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgNotification;
import io.vertx.sqlclient.Pool;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class DoorbellIT {
    private static final int CALLS = 1_000;

    private final BlockingQueue<PgNotification> rings = new LinkedBlockingQueue<>();
    private final Pool pool;
    private final PgConnection listener;

    DoorbellIT(Vertx vertx, TestDatabase db) throws TimeoutException {
        pool = db.pool(vertx);
        listener = PgConnection.connect(vertx, db.connectOptions()).await(5, SECONDS);
        listener.notificationHandler(rings::add);
        listener.query("LISTEN " + Doorbell.CHANNEL).execute().await(5, SECONDS);
    }

    @AfterEach
    void cleanUp() throws TimeoutException {
        listener.close().await(5, SECONDS);
    }

    @Test
    void everyCallIsFollowedByARing() throws Exception {
        Doorbell doorbell = new Doorbell(pool);

        // Pauses of all lengths: before, in and after the ring and its rest.
        for (int n = 0; n < 200; n++) {
            rings.clear();
            doorbell.ring(1 + n % 9);
            assertThat(ring()).as("ring after call %d", n).isNotNull();
            MILLISECONDS.sleep(n % 5);
        }
    }

    @Test
    void callsThatComeTogetherShareRings() throws Exception {
        Doorbell doorbell = new Doorbell(pool);
        doorbell.ring(1);
        assertThat(ring()).isNotNull();

        for (int n = 0; n < CALLS; n++) {
            doorbell.ring(1);
        }

        assertThat(ring()).isNotNull();
        MILLISECONDS.sleep(100);
        assertThat(rings).hasSizeLessThan(CALLS / 10);
    }

    @Test
    void callThatFollowsManyEventsWaitsUntilTheRestIsOver() throws Exception {
        Doorbell doorbell = new Doorbell(pool);
        long start = System.nanoTime();

        doorbell.ring(CALLS);
        doorbell.ring(1);

        assertThat(ring()).isNotNull();
        assertThat(ring()).isNotNull();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(Doorbell.MAX_REST_MILLIS));
    }

    @Test
    void callAfterARingThatFailedRings(Vertx vertx, TestDatabase db) throws Exception {
        Pool closed = db.pool(vertx);
        closed.close().await(5, SECONDS);
        Deque<Pool> pools = new ArrayDeque<>(List.of(closed, pool));
        Pool first = (Pool) Proxy.newProxyInstance(
                Pool.class.getClassLoader(),
                new Class<?>[] {Pool.class},
                (proxy, method, arguments) -> method.invoke(pools.remove(), arguments));
        Doorbell doorbell = new Doorbell(first);

        doorbell.ring(1);
        doorbell.ring(1);

        assertThat(ring()).isNotNull();
        assertThat(pools).isEmpty();
    }

    @Test
    void callAfterARingThatThrewRings() throws Exception {
        AtomicBoolean thrown = new AtomicBoolean();
        Pool first = (Pool) Proxy.newProxyInstance(
                Pool.class.getClassLoader(), new Class<?>[] {Pool.class}, (proxy, method, arguments) -> {
                    if (thrown.compareAndSet(false, true)) {
                        throw new IllegalStateException("not now");
                    }
                    return method.invoke(pool, arguments);
                });
        Doorbell doorbell = new Doorbell(first);

        doorbell.ring(1);
        doorbell.ring(1);

        assertThat(ring()).isNotNull();
    }

    private @Nullable PgNotification ring() throws InterruptedException {
        return rings.poll(5, SECONDS);
    }
}
