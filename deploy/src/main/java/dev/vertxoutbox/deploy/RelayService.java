package dev.vertxoutbox.deploy;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.applicationautoscaling.AdjustmentType;
import software.amazon.awscdk.services.applicationautoscaling.BasicStepScalingPolicyProps;
import software.amazon.awscdk.services.applicationautoscaling.MetricAggregationType;

/** Sends to both queues and does nothing else with them. More tasks when the oldest event has waited for long. */
final class RelayService {
    private final RunningService service;

    RelayService(MigrateTask migration, Platform platform) {
        OutboxQueues queues = platform.data().queues();
        this.service = new RunningService(
                migration,
                platform,
                Service.RELAY,
                Map.of(
                        "FLIGHT_QUEUE_URL", queues.flight().queue().getQueueUrl(),
                        "PAYMENT_QUEUE_URL", queues.payment().queue().getQueueUrl()),
                List.of(QueueRights.send(queues.flight(), queues.payment())));
        service.scaling()
                .scaleOnMetric(
                        "OldestEvent",
                        BasicStepScalingPolicyProps.builder()
                                .metric(AppMetric.BACKLOG_AGE.in(platform.settings()))
                                .metricAggregationType(MetricAggregationType.MAXIMUM)
                                .adjustmentType(AdjustmentType.CHANGE_IN_CAPACITY)
                                .scalingSteps(Steps.of(2, 15, 120))
                                .build());
    }

    RunningService service() {
        return service;
    }
}
