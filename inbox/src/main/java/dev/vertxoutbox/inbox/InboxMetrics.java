package dev.vertxoutbox.inbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The meters of one inbox; the package description lists them. */
final class InboxMetrics {
    final Counter received;
    final Counter handled;
    final Counter duplicates;
    final Counter transactions;
    final Counter splits;
    final Counter failures;
    final Counter unknown;
    final Counter malformed;
    final Counter gaps;
    final Counter gapWaits;
    final Counter late;
    final Counter deleted;
    final Counter deleteFailures;
    final Counter givenBack;
    final Counter pollFailures;
    final Timer handling;

    private final MeterRegistry meters;
    private final String consumer;
    private final List<Gauge> gauges = new ArrayList<>();

    InboxMetrics(MeterRegistry meters, String consumer, InFlight held, DeadLetterDepth deadLetters) {
        this.meters = meters;
        this.consumer = consumer;
        received = counter("inbox.received");
        handled = counter("inbox.handled");
        duplicates = counter("inbox.duplicates");
        transactions = counter("inbox.transactions");
        splits = counter("inbox.transactions.split");
        failures = counter("inbox.failures");
        unknown = counter("inbox.unknown");
        malformed = counter("inbox.malformed");
        gaps = counter("inbox.gaps");
        gapWaits = counter("inbox.gap.waits");
        late = counter("inbox.late");
        deleted = counter("inbox.deleted");
        deleteFailures = counter("inbox.delete.failures");
        givenBack = counter("inbox.given.back");
        pollFailures = counter("inbox.poll.failures");
        handling = meters.timer("inbox.handling", "consumer", consumer);
        gauge("inbox.in.flight", held, InFlight::size);
        gauge("inbox.dead.letters", deadLetters, DeadLetterDepth::depth);
    }

    /** Takes the gauges out, as they would hold on to a stopped inbox and hide those of the one that follows. */
    void close() {
        gauges.forEach(meters::remove);
    }

    private Counter counter(String name) {
        return meters.counter(name, "consumer", consumer);
    }

    <T> void gauge(String name, T of, ToDoubleFunction<T> value) {
        gauges.add(Gauge.builder(name, of, value)
                .tag("consumer", consumer)
                .strongReference(true)
                .register(meters));
    }
}
