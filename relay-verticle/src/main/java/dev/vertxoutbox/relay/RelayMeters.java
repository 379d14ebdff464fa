package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Backlog;
import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneGroup;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The meters of a relay beyond those of each topic; {@code docs/operations.md} says what each means. */
final class RelayMeters {

    private final MeterRegistry registry;
    private final Map<Drain.Result, Counter> drains = new EnumMap<>(Drain.Result.class);
    private final List<Meter> gauges = new ArrayList<>();
    private volatile Backlog backlog = new Backlog(0, 0, Duration.ZERO);

    RelayMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Drain.Result result : Drain.Result.values()) {
            drains.put(
                    result,
                    registry.counter(
                            "outbox.relay.drains", "outcome", result.name().toLowerCase(Locale.ROOT)));
        }
        gauge("outbox.backlog.events", () -> backlog.pending());
        gauge("outbox.backlog.age", () -> backlog.oldestAge().toMillis() / 1000.0);
        gauge("outbox.parked.events", () -> backlog.parked());
    }

    void gauge(String name, Supplier<Number> value, String... tags) {
        gauges.add(Gauge.builder(name, value).tags(tags).register(registry));
    }

    void drainEnded(LaneGroup lanes, AsyncResult<Map<Lane, Drain.Result>> drained) {
        Map<Lane, Drain.Result> results =
                drained.succeeded() ? drained.result() : Drain.all(lanes, Drain.Result.FAILED);
        results.values().forEach(result -> {
            Counter counter = drains.get(result);
            if (counter != null) {
                counter.increment();
            }
        });
    }

    void backlog(Backlog measured) {
        backlog = measured;
    }

    /** Removes the gauges, which would keep the relay in memory. */
    void close() {
        gauges.forEach(registry::remove);
    }
}
