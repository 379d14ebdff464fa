package dev.vertxoutbox.deploy;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.applicationautoscaling.AdjustmentType;
import software.amazon.awscdk.services.applicationautoscaling.BasicStepScalingPolicyProps;
import software.amazon.awscdk.services.applicationautoscaling.ScalingInterval;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;

/**
 * Takes flight events, and puts those that can never be processed into the dead-letter queue. More tasks when messages
 * wait, by their number for each task and by the age of the oldest.
 */
final class PaymentService {
    private final RunningService service;

    PaymentService(MigrateTask migration, Platform platform) {
        OutboxQueue flights = platform.data().queues().flight();
        this.service = new RunningService(
                migration,
                platform,
                Service.PAYMENT,
                Map.of("FLIGHT_QUEUE_URL", flights.queue().getQueueUrl()),
                List.of(QueueRights.consume(flights), QueueRights.addDeadLetters(flights)));
        scale("DepthPerTask", depthPerTask(platform, flights), Steps.of(10, 200, 2_000));
        scale("OldestMessage", QueueMetrics.age(flights), Steps.of(5, 30, 300));
    }

    private void scale(String id, IMetric metric, List<ScalingInterval> steps) {
        service.scaling()
                .scaleOnMetric(
                        id,
                        BasicStepScalingPolicyProps.builder()
                                .metric(metric)
                                .adjustmentType(AdjustmentType.CHANGE_IN_CAPACITY)
                                .scalingSteps(steps)
                                .build());
    }

    private IMetric depthPerTask(Platform platform, OutboxQueue queue) {
        Metric tasks = Metric.Builder.create()
                .namespace("ECS/ContainerInsights")
                .metricName("RunningTaskCount")
                .dimensionsMap(Map.of(
                        "ClusterName", platform.cluster().getClusterName(),
                        "ServiceName", service.service().getServiceName()))
                .statistic("Average")
                .period(Duration.minutes(1))
                .build();
        return MathExpression.Builder.create()
                .expression("waiting / IF(tasks > 0, tasks, 1)")
                .usingMetrics(Map.of("waiting", QueueMetrics.waiting(queue), "tasks", tasks))
                .label("Messages for each task")
                .period(Duration.minutes(1))
                .build();
    }

    RunningService service() {
        return service;
    }
}
