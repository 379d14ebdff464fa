package dev.vertxoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.outbox.Lane;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The loops that look for events and send them go on after any error, thrown ones included. */
@ExtendWith(VertxExtension.class)
class LoopsTest {

    private static final Lane LANE = new Lane("orders", 7);

    private final AtomicInteger calls = new AtomicInteger();
    private final List<Lane> found = new CopyOnWriteArrayList<>();

    @Test
    void searchThatThrowsIsRepeatedByTheNextCall() {
        Wake wake = new Wake(
                () -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new IllegalStateException("the first search throws");
                    }
                    return Future.succeededFuture(List.of(LANE));
                },
                found::add);

        wake.up();
        assertThat(wake.failure()).hasMessage("the first search throws");
        wake.up();

        assertThat(found).containsExactly(LANE);
        assertThat(wake.failure()).isNull();
    }

    @Test
    void drainThatThrowsIsRepeatedAfterARest(Vertx vertx) {
        Lanes lanes = new Lanes(vertx, 1, lane -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("the first drain throws");
            }
            found.add(lane);
            return Future.succeededFuture(Drain.Result.SENT);
        });

        vertx.runOnContext(start -> lanes.offer(LANE));

        await().until(() -> found.contains(LANE));
    }
}
