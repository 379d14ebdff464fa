package dev.vertxoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneGroup;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class LanesTest {

    private static final int CONCURRENCY = 3;

    private final List<LaneGroup> drained = new ArrayList<>();
    private final Map<LaneGroup, Promise<Map<Lane, Drain.Result>>> underWay = new HashMap<>();
    private final AtomicInteger searches = new AtomicInteger();
    private Lanes lanes;

    @BeforeEach
    void create(Vertx vertx) {
        lanes = new Lanes(vertx, CONCURRENCY, this::drain, searches::incrementAndGet);
    }

    @Test
    void lanesFoundTogetherShareDrains() {
        lanes.offer(orders(0, 2 * Lanes.MAX_LANES_PER_DRAIN + 1));

        assertThat(drained).hasSize(3);
        assertThat(drained.get(0).buckets()).hasSize(Lanes.MAX_LANES_PER_DRAIN);
        assertThat(drained.stream().flatMap(group -> group.lanes().stream()))
                .containsExactlyInAnyOrderElementsOf(orders(0, 2 * Lanes.MAX_LANES_PER_DRAIN + 1));
    }

    @Test
    void drainsAreOfOneTopicAndNeverMoreThanAllowedAtOnce() {
        List<Lane> both = new ArrayList<>(orders(0, Lanes.MAX_LANES_PER_DRAIN * CONCURRENCY));
        both.add(new Lane("others", 1));
        lanes.offer(both);
        assertThat(drained).hasSize(CONCURRENCY).extracting(LaneGroup::topic).containsOnly("orders");

        end(drained.get(0), Drain.Result.SENT);

        assertThat(drained).hasSize(CONCURRENCY + 1);
        assertThat(drained.get(CONCURRENCY)).isEqualTo(LaneGroup.of(new Lane("others", 1)));
    }

    @Test
    void laneWithMoreThanItsShareIsDrainedAloneUntilItIsThrough() {
        List<Lane> three = orders(0, 3);
        lanes.offer(three);
        LaneGroup shared = drained.get(0);
        Map<Lane, Drain.Result> results = new HashMap<>(Drain.all(shared, Drain.Result.SENT));
        results.put(three.get(1), Drain.Result.MORE);
        end(shared, results);

        LaneGroup alone = LaneGroup.of(three.get(1));
        assertThat(drained).containsExactly(shared, alone);
        lanes.offer(List.of(three.get(0), three.get(2)));
        assertThat(drained)
                .hasSize(3)
                .last()
                .satisfies(group -> assertThat(group.buckets()).hasSize(2));
        end(alone, Drain.Result.SENT);
        end(drained.get(2), Drain.Result.SENT);

        lanes.offer(three);
        assertThat(drained)
                .last()
                .satisfies(group -> assertThat(group.buckets()).hasSize(3));
    }

    @Test
    void laneOfferedWhileItIsDrainedIsLookedAtAgainAfterwards() {
        lanes.offer(orders(0, 1));
        lanes.offer(orders(0, 1));
        assertThat(searches).hasValue(0);

        end(drained.get(0), Drain.Result.SENT);
        assertThat(searches).hasValue(1);
        assertThat(drained)
                .as("not drained again before it is known to hold something")
                .hasSize(1);

        lanes.offer(orders(0, 1));
        end(drained.get(1), Drain.Result.SENT);
        assertThat(searches).hasValue(1);
    }

    @Test
    void stopWaitsForTheDrainsUnderWayAndStartsNoOther() {
        lanes.offer(orders(0, Lanes.MAX_LANES_PER_DRAIN * CONCURRENCY + 1));
        Future<Void> stopped = lanes.stop();
        assertThat(stopped.isComplete()).isFalse();

        List.copyOf(drained).forEach(group -> end(group, Drain.Result.MORE));

        assertThat(stopped.succeeded()).isTrue();
        assertThat(drained).hasSize(CONCURRENCY);
    }

    private Future<Map<Lane, Drain.Result>> drain(LaneGroup group) {
        drained.add(group);
        Promise<Map<Lane, Drain.Result>> promise = Promise.promise();
        underWay.put(group, promise);
        return promise.future();
    }

    private void end(LaneGroup group, Drain.Result result) {
        end(group, Drain.all(group, result));
    }

    private void end(LaneGroup group, Map<Lane, Drain.Result> results) {
        Objects.requireNonNull(underWay.remove(group)).complete(results);
    }

    private static List<Lane> orders(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(bucket -> new Lane("orders", bucket))
                .toList();
    }
}
