package dev.vertxoutbox.relay;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.OutboxStore;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The search that has become slow; the usual one is in every other test of the relay. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class SearchIT {

    private static final long ALWAYS_SLOW = -1;
    private static final long NEVER_SLOW = Long.MAX_VALUE;

    private final Vertx vertx;
    private final Context context;
    private final Pool pool;
    private final Floors floors = new Floors();
    private final BlockingQueue<Lane> swept = new LinkedBlockingQueue<>();

    SearchIT(Vertx vertx, TestDatabase db) {
        this.vertx = vertx;
        context = vertx.getOrCreateContext();
        pool = db.pool(vertx);
    }

    @AfterEach
    void empty() {
        get(pool.query("TRUNCATE outbox.event").execute());
    }

    @Test
    void quickSearchFindsEventsBelowTheFloorAndLowersIt() {
        Lane lane = insert("a", 5);
        raise(lane, 10);
        Search search = search(NEVER_SLOW);

        assertThat(lanes(search)).containsExactly(lane);
        assertThat(floors.of(lane)).isEqualTo(4);
    }

    @Test
    void slowSearchLooksAboveTheFloorsAndTheSweepFindsTheRest() throws Exception {
        Lane late = insert("a", 5);
        Search search = search(ALWAYS_SLOW);
        lanes(search); // Notes that it is slow.
        raise(late, 10);
        Lane current = insert("b", 20);

        assertThat(lanes(search)).containsExactly(current);

        assertThat(List.of(nextSwept(), nextSwept())).containsExactlyInAnyOrder(late, current);
        assertThat(get(onContext(() -> Future.succeededFuture(floors.of(late)))))
                .isEqualTo(4);
        assertThat(lanes(search)).as("the floor is lowered").containsExactlyInAnyOrder(late, current);
        search.stop();
    }

    @Test
    void sweepGoesOnAfterItHasFailed() throws Exception {
        Lane late = insert("a", 5);
        Search search = search(ALWAYS_SLOW);
        lanes(search);
        get(pool.query("ALTER TABLE outbox.event RENAME TO elsewhere").execute());
        assertThatThrownBy(() -> lanes(search)).hasMessageContaining("does not exist");
        swept.clear();
        get(pool.query("ALTER TABLE outbox.elsewhere RENAME TO event").execute());

        assertThat(nextSwept()).isEqualTo(late);
        search.stop();
    }

    private Search search(long slowMillis) {
        return new Search(vertx, pool, new OutboxStore(), floors, swept::add, slowMillis);
    }

    private Lane nextSwept() throws InterruptedException {
        Lane lane = swept.poll(30, SECONDS);
        assertThat(lane).as("a lane found by a sweep within 30 s").isNotNull();
        return lane;
    }

    private List<Lane> lanes(Search search) {
        return get(onContext(search::lanes));
    }

    private void raise(Lane lane, long floor) {
        get(onContext(() -> {
            floors.raise(lane, 0, floor);
            return Future.succeededFuture();
        }));
    }

    private Lane insert(String subject, long seq) {
        return get(pool.preparedQuery("INSERT INTO outbox.event (seq, topic, subject, type, data)"
                        + " VALUES ($1, 'orders', $2, 'x', '{}') RETURNING bucket")
                .execute(Tuple.of(seq, subject))
                .map(rows -> new Lane("orders", rows.iterator().next().getInteger(0))));
    }

    private <T> Future<T> onContext(Supplier<Future<T>> step) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(go -> step.get().onComplete(promise));
        return promise.future();
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.await(10, SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("not completed within 10 s", late);
        }
    }
}
