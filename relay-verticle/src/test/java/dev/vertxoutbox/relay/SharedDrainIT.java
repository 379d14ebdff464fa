package dev.vertxoutbox.relay;

import static dev.vertxoutbox.relay.RelayBench.SOON;
import static dev.vertxoutbox.relay.RelayBench.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.outbox.OutboxEvent;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Lanes with a few events each are drained together. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class SharedDrainIT {

    private final RelayBench bench;

    SharedDrainIT(Vertx vertx, TestDatabase db) throws Exception {
        bench = new RelayBench(vertx, db);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    void aFewEventsInEachOfManyLanesMakeFewRequests() {
        int events = 160;
        bench.startListeningRelay();

        bench.append(IntStream.range(0, events).mapToObj(i -> event("s" + i, 1)).toList());
        bench.awaitEmptyOutbox();

        assertThat(bench.queue.accepted).hasSize(events);
        // 64 lanes would make as many requests at least; 8 drains of 8 lanes leave one request each that is not full.
        assertThat(bench.queue.requestSizes).hasSizeLessThanOrEqualTo(events / Sending.MAX_ENTRIES + 8);
    }

    @Test
    void eventsThatWaitForEachOtherHoldNoOtherLaneUp() {
        List<String> others = bench.texts("""
                SELECT 's' || i FROM generate_series(1, 100) i
                WHERE (hashtext('s' || i) & 63) <> (hashtext('hot') & 63) LIMIT 7""");
        List<OutboxEvent> first = new ArrayList<>(List.of(event("hot", 1), event("hot", 2), event("hot", 3)));
        others.forEach(subject -> first.add(event(subject, 1)));
        Promise<Void> release = Promise.promise();
        AtomicInteger held = new AtomicInteger();
        bench.queue.beforeAnswer = groups -> {
            if (!groups.equals(List.of("hot"))) {
                return Future.succeededFuture();
            }
            held.incrementAndGet();
            return release.future();
        };
        bench.startListeningRelay();

        bench.append(first);
        await().atMost(SOON).until(() -> held.get() == 1);
        bench.append(others.stream().map(subject -> event(subject, 2)).toList());
        await().atMost(SOON)
                .until(() -> others.stream()
                        .allMatch(subject ->
                                bench.effects().getOrDefault(subject, List.of()).size() == 2));

        assertThat(bench.metrics
                        .get("outbox.relay.send")
                        .tag("outcome", "failed")
                        .tag("topic", RelayBench.TOPIC)
                        .timer()
                        .count())
                .as("requests given up: the others did not wait for that")
                .isZero();
        release.complete();
        bench.awaitEmptyOutbox();
        assertThat(bench.effects()).containsEntry("hot", RelayBench.oneTo(3));
    }
}
