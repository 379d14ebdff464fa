package dev.vertxoutbox.deploy;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ecs.CpuUtilizationScalingProps;
import software.amazon.awscdk.services.ecs.LoadBalancerTargetOptions;
import software.amazon.awscdk.services.ecs.RequestCountScalingProps;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationProtocol;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationTargetGroup;
import software.amazon.awscdk.services.elasticloadbalancingv2.HealthCheck;

/**
 * The booking API behind the load balancer, which asks each task for its readiness on the management port and sends
 * requests to the other one only. More tasks when they are busy.
 */
final class FlightService {
    private static final int CPU_PERCENT = 60;
    private static final int REQUESTS_PER_MINUTE = 6_000;
    private static final Duration COOL_DOWN = Duration.minutes(2);

    private final RunningService service;
    private final ApplicationTargetGroup targets;

    FlightService(MigrateTask migration, Platform platform, LoadBalancer balancer) {
        OutboxQueue payments = platform.data().queues().payment();
        this.service = new RunningService(
                migration,
                platform,
                Service.FLIGHT,
                Map.of("PAYMENT_QUEUE_URL", payments.queue().getQueueUrl()),
                List.of(QueueRights.consume(payments), QueueRights.watchDeadLetters(payments)));
        this.targets = targets(platform);
        balancer.forwardTo(targets);
        service.service()
                .getConnections()
                .allowFrom(
                        balancer.balancer(), Port.tcp(Platform.MANAGEMENT_PORT), "Health check of the load balancer");
        scale();
    }

    private ApplicationTargetGroup targets(Platform platform) {
        return ApplicationTargetGroup.Builder.create(service, "Targets")
                .vpc(platform.data().network().vpc())
                .protocol(ApplicationProtocol.HTTP)
                .port(Platform.HTTP_PORT)
                .targets(List.of(service.service()
                        .loadBalancerTarget(LoadBalancerTargetOptions.builder()
                                .containerName(Service.FLIGHT.role())
                                .containerPort(Platform.HTTP_PORT)
                                .build())))
                .deregistrationDelay(Duration.seconds(20))
                .healthCheck(readiness())
                .build();
    }

    /** Not ready within a minute of trying: a failover of the database, which takes less, must not restart all tasks. */
    private static HealthCheck readiness() {
        return HealthCheck.builder()
                .path("/health/ready")
                .port(Integer.toString(Platform.MANAGEMENT_PORT))
                .healthyHttpCodes("200")
                .interval(Duration.seconds(10))
                .timeout(Duration.seconds(5))
                .healthyThresholdCount(2)
                .unhealthyThresholdCount(6)
                .build();
    }

    private void scale() {
        service.scaling()
                .scaleOnCpuUtilization(
                        "Cpu",
                        CpuUtilizationScalingProps.builder()
                                .targetUtilizationPercent(CPU_PERCENT)
                                .scaleInCooldown(COOL_DOWN)
                                .build());
        service.scaling()
                .scaleOnRequestCount(
                        "Requests",
                        RequestCountScalingProps.builder()
                                .targetGroup(targets)
                                .requestsPerTarget(REQUESTS_PER_MINUTE)
                                .scaleInCooldown(COOL_DOWN)
                                .build());
    }

    RunningService service() {
        return service;
    }

    ApplicationTargetGroup targets() {
        return targets;
    }
}
