package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.ClaimedEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The meters of one topic; the table in the package's description says what each means. */
final class TopicMeters {

    private final Counter sent;
    private final Counter failed;
    private final Counter parked;
    private final Timer answered;
    private final Timer unanswered;
    private final DistributionSummary batch;
    private final Timer latency;

    TopicMeters(MeterRegistry registry, String topic) {
        Tags tags = Tags.of(Tag.of("topic", topic));
        sent = registry.counter("outbox.relay.sent", tags);
        failed = registry.counter("outbox.relay.failed", tags);
        parked = registry.counter("outbox.relay.parked", tags);
        answered = registry.timer("outbox.relay.send", tags.and("outcome", "answered"));
        unanswered = registry.timer("outbox.relay.send", tags.and("outcome", "failed"));
        batch = registry.summary("outbox.relay.batch", tags);
        latency = Timer.builder("outbox.relay.latency")
                .tags(tags)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(1))
                .register(registry);
    }

    void requestEnded(int entries, long nanos, boolean wasAnswered) {
        (wasAnswered ? answered : unanswered).record(nanos, TimeUnit.NANOSECONDS);
        if (wasAnswered) {
            batch.record(entries);
        } else {
            failed.increment(entries);
        }
    }

    void settled(Round round) {
        Instant now = Instant.now();
        for (ClaimedEvent event : round.accepted()) {
            latency.record(Duration.between(event.time().toInstant(), now));
        }
        sent.increment(round.accepted().size());
        failed.increment(round.failed().size());
        parked.increment(round.rejected().size());
    }
}
