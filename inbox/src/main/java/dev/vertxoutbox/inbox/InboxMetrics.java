package dev.vertxoutbox.inbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** The meters of one inbox; the package description lists them. */
final class InboxMetrics {
    final Counter received;
    final Counter handled;
    final Counter duplicates;
    final Counter failures;
    final Counter unknown;
    final Counter malformed;
    final Counter deleted;
    final Counter deleteFailures;
    final Counter givenBack;
    final Counter pollFailures;
    final Timer handling;

    private final MeterRegistry meters;
    private final String consumer;
    private final Gauge inFlight;

    InboxMetrics(MeterRegistry meters, String consumer, InFlight held) {
        this.meters = meters;
        this.consumer = consumer;
        received = counter("inbox.received");
        handled = counter("inbox.handled");
        duplicates = counter("inbox.duplicates");
        failures = counter("inbox.failures");
        unknown = counter("inbox.unknown");
        malformed = counter("inbox.malformed");
        deleted = counter("inbox.deleted");
        deleteFailures = counter("inbox.delete.failures");
        givenBack = counter("inbox.given.back");
        pollFailures = counter("inbox.poll.failures");
        handling = meters.timer("inbox.handling", "consumer", consumer);
        inFlight = Gauge.builder("inbox.in.flight", held, InFlight::size)
                .tag("consumer", consumer)
                .strongReference(true)
                .register(meters);
    }

    /** Takes the gauge out, as it would hold on to a stopped inbox and hide the one that follows. */
    void close() {
        meters.remove(inFlight);
    }

    private Counter counter(String name) {
        return meters.counter(name, "consumer", consumer);
    }
}
