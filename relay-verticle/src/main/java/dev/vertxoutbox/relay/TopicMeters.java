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
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The meters of one topic; {@code docs/operations.md} says what each means. */
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
        answered = histogram("outbox.relay.send", Duration.ofSeconds(10))
                .tags(tags.and("outcome", "answered"))
                .register(registry);
        unanswered = histogram("outbox.relay.send", Duration.ofSeconds(10))
                .tags(tags.and("outcome", "failed"))
                .register(registry);
        batch = registry.summary("outbox.relay.batch", tags);
        latency = histogram("outbox.relay.latency", Duration.ofMinutes(1))
                .tags(tags)
                .register(registry);
    }

    private static Timer.Builder histogram(String name, Duration longest) {
        return Timer.builder(name)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(longest);
    }

    void requestEnded(int entries, long nanos, boolean wasAnswered) {
        (wasAnswered ? answered : unanswered).record(nanos, TimeUnit.NANOSECONDS);
        if (wasAnswered) {
            batch.record(entries);
        } else {
            failed.increment(entries);
        }
    }

    void settled(Sending sending) {
        sent.increment(sending.accepted().size());
        failed.increment(sending.failed().size());
        parked.increment(
                sending.rejected().values().stream().mapToInt(List::size).sum());
    }

    /** SQS has acknowledged the event just now. */
    void acknowledged(ClaimedEvent event, Instant now) {
        latency.record(Duration.between(event.time().toInstant(), now));
    }
}
