package dev.vertxoutbox.deploy;

import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;

/** What SQS tells of a queue, once a minute. */
final class QueueMetrics {
    private static final MetricOptions GREATEST = MetricOptions.builder()
            .statistic("Maximum")
            .period(Duration.minutes(1))
            .build();

    private QueueMetrics() {}

    static Metric waiting(OutboxQueue queue) {
        return queue.queue().metricApproximateNumberOfMessagesVisible(GREATEST);
    }

    /** In seconds. */
    static Metric age(OutboxQueue queue) {
        return queue.queue().metricApproximateAgeOfOldestMessage(GREATEST);
    }

    static Metric deadLetters(OutboxQueue queue) {
        return queue.deadLetters().metricApproximateNumberOfMessagesVisible(GREATEST);
    }
}
