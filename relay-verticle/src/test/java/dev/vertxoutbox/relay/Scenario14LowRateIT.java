package dev.vertxoutbox.relay;

import static dev.vertxoutbox.relay.RelayBench.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scenario 14: eight events a second, so many that a debounced wake-up would never come and so few that nobody waits. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class Scenario14LowRateIT {

    private static final int EVENTS = 40;
    private static final long INTERVAL_MILLIS = 125;

    private final Map<String, Long> acceptedAt = new ConcurrentHashMap<>();
    private final Map<String, Long> committedAt = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final RelayBench bench;

    Scenario14LowRateIT(Vertx vertx, TestDatabase db) throws Exception {
        bench = new RelayBench(vertx, db);
        bench.queue.beforeAnswer = groups -> {
            groups.forEach(group -> acceptedAt.put(group, System.nanoTime()));
            return Future.succeededFuture();
        };
    }

    @AfterEach
    void close() throws Exception {
        clock.shutdownNow();
        bench.close();
    }

    @Test
    void eachOfEightEventsASecondIsSentAtOnce() {
        List<String> bookings =
                IntStream.range(0, EVENTS).mapToObj(i -> "low-" + i).toList();
        bench.book(bookings);
        bench.startListeningRelay();

        Iterator<String> next = bookings.iterator();
        ScheduledFuture<?> ticks =
                clock.scheduleAtFixedRate(() -> book(next), 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        await().atMost(SOON).until(() -> acceptedAt.keySet().containsAll(bookings) && committedAt.size() == EVENTS);
        ticks.cancel(false);

        long last = Collections.max(committedAt.values());
        assertThat(bookings)
                .as("accepted while others were still written")
                .filteredOn(booking -> Objects.requireNonNull(acceptedAt.get(booking)) < last)
                .hasSizeGreaterThan(EVENTS / 2);
        bench.confirm();
    }

    private void book(Iterator<String> next) {
        if (next.hasNext()) {
            String booking = next.next();
            bench.changeAndCommit(booking);
            committedAt.put(booking, System.nanoTime());
        }
    }
}
