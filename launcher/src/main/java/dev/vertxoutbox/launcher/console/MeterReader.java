package dev.vertxoutbox.launcher.console;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Reads those meters of the process that the console shows; {@code docs/operations.md} says what each means. */
final class MeterReader {

    private final MeterRegistry meters;

    MeterReader(MeterRegistry meters) {
        this.meters = meters;
    }

    Reading read() {
        Map<String, Double> sent = new TreeMap<>();
        meters.find("outbox.relay.sent")
                .counters()
                .forEach(counter -> sent.put(String.valueOf(counter.getId().getTag("topic")), counter.count()));
        return new Reading(
                System.nanoTime(),
                count("flight.bookings", "outcome", "booked"),
                sent,
                count("inbox.handled", "consumer", "flight"),
                count("inbox.handled", "consumer", "payment"),
                gauge("outbox.backlog.events"));
    }

    /** How many events were acknowledged within each upper bound in milliseconds; bounds rise, and so do counts. */
    SortedMap<Double, Double> latencies() {
        SortedMap<Double, Double> counts = new TreeMap<>();
        for (Timer timer : meters.find("outbox.relay.latency").timers()) {
            counts.merge(Double.POSITIVE_INFINITY, (double) timer.count(), Double::sum);
            for (CountAtBucket bucket : timer.takeSnapshot().histogramCounts()) {
                counts.merge(bucket.bucket(TimeUnit.MILLISECONDS), bucket.count(), Double::sum);
            }
        }
        return counts;
    }

    /** Whether payments wait for the gateway. */
    boolean gatewayIsOut() {
        return gauge("payment.gateway.circuit") == 1;
    }

    private double count(String name, String tag, String value) {
        Collection<Counter> counters = meters.find(name).tag(tag, value).counters();
        return counters.isEmpty()
                ? Double.NaN
                : counters.stream().mapToDouble(Counter::count).sum();
    }

    private double gauge(String name) {
        Gauge gauge = meters.find(name).gauge();
        return gauge == null ? Double.NaN : gauge.value();
    }
}
