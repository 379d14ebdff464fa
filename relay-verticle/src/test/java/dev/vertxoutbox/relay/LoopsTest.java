package dev.vertxoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneHead;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loops that look for events and send them go on after any error, thrown ones included. */
@ExtendWith(VertxExtension.class)
class LoopsTest {

    private static final Lane LANE = new Lane("orders", 7);

    private final AtomicInteger calls = new AtomicInteger();
    private static final LaneHead HEAD = new LaneHead(LANE, 1, false, false);

    private final List<Lane> found = new CopyOnWriteArrayList<>();

    @Test
    void searchThatThrowsIsRepeatedByTheNextCall(Vertx vertx) {
        Wake wake = new Wake(
                vertx,
                () -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new IllegalStateException("the first search throws");
                    }
                    return Future.succeededFuture(List.of(HEAD));
                },
                heads -> heads.forEach(head -> found.add(head.lane())));

        vertx.runOnContext(start -> wake.up());
        await().until(() -> wake.failure() != null);
        assertThat(wake.failure()).hasMessage("the first search throws");
        vertx.runOnContext(poll -> wake.up());

        await().until(() -> found.contains(LANE));
        await().until(() -> wake.failure() == null);
    }

    @Test
    void lanesThatCannotBeTakenAreFoundByTheNextCall(Vertx vertx) {
        Wake wake = new Wake(vertx, () -> Future.succeededFuture(List.of(HEAD)), heads -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("the first lanes are not taken");
            }
            heads.forEach(head -> found.add(head.lane()));
        });

        vertx.runOnContext(start -> wake.up());
        await().until(() -> calls.get() == 1);
        vertx.runOnContext(poll -> wake.up());

        await().until(() -> found.contains(LANE));
    }

    @Test
    void callsDuringASearchBecomeOneMore(Vertx vertx) {
        Promise<List<LaneHead>> first = Promise.promise();
        Wake wake = new Wake(
                vertx,
                () -> {
                    int call = calls.incrementAndGet();
                    return call == 1 ? first.future() : Future.succeededFuture(List.of(HEAD));
                },
                heads -> heads.forEach(head -> found.add(head.lane())));

        vertx.runOnContext(start -> {
            for (int i = 0; i < 100; i++) {
                wake.up();
            }
            first.complete(List.of());
        });

        await().until(() -> found.contains(LANE));
        assertThat(found).containsExactly(LANE);
        assertThat(calls).hasValue(2);
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 1", "16, 0, 16", "100, 0, 64", "0, 64, 1", "16, 48, 16"})
    void restAfterASearchGrowsWithTheLanesThatItFoundButForThoseThatAreHeld(int lanes, int held, long millis) {
        List<LaneHead> heads = IntStream.range(0, lanes + held)
                .mapToObj(i -> new LaneHead(LANE, i + 1, false, i < held))
                .toList();

        assertThat(Wake.restMillis(heads)).isEqualTo(millis);
    }

    @Test
    void drainThatThrowsIsRepeatedAfterARest(Vertx vertx) {
        Lanes lanes = new Lanes(
                vertx,
                1,
                group -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new IllegalStateException("the first drain throws");
                    }
                    found.addAll(group.lanes());
                    return Future.succeededFuture(Drain.all(group, Drain.Result.SENT));
                },
                () -> {});

        vertx.runOnContext(start -> lanes.offer(List.of(LANE)));

        await().until(() -> found.contains(LANE));
    }
}
