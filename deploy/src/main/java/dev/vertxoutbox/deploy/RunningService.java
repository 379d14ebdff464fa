package dev.vertxoutbox.deploy;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.applicationautoscaling.EnableScalingProps;
import software.amazon.awscdk.services.ecs.DeploymentCircuitBreaker;
import software.amazon.awscdk.services.ecs.FargateService;
import software.amazon.awscdk.services.ecs.PropagatedTagSource;
import software.amazon.awscdk.services.ecs.ScalableTaskCount;
import software.amazon.awscdk.services.ecs.Secret;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/**
 * One of the three services on Fargate. A new version starts beside the old one, after the migration; when its tasks do
 * not become healthy, the old version stays and the deployment fails. How many tasks there are is left to scaling.
 */
final class RunningService extends Construct {
    private static final int MOST_TASKS = 6;

    private final RoleTask task;
    private final FargateService service;
    private final ScalableTaskCount scaling;

    /** @param environment the variables of this role, besides those that all have */
    RunningService(
            MigrateTask migration,
            Platform platform,
            Service which,
            Map<String, String> environment,
            List<PolicyStatement> rights) {
        super(platform, which.id());
        Settings settings = platform.settings();
        this.task = new RoleTask(
                platform, which.role(), true, environment(platform, which, environment), secrets(platform, which));
        rights.forEach(task.definition()::addToTaskRolePolicy);
        FargateService.Builder builder = FargateService.Builder.create(this, "Service")
                .serviceName(which.role())
                .cluster(platform.cluster())
                .taskDefinition(task.definition())
                .securityGroups(List.of(task.securityGroup()))
                .vpcSubnets(platform.data().network().app())
                .assignPublicIp(false)
                .minHealthyPercent(100)
                .maxHealthyPercent(200)
                .circuitBreaker(DeploymentCircuitBreaker.builder()
                        .enable(true)
                        .rollback(true)
                        .build())
                .propagateTags(PropagatedTagSource.SERVICE)
                .enableEcsManagedTags(true);
        if (which == Service.FLIGHT) {
            builder.healthCheckGracePeriod(Duration.seconds(60));
        }
        this.service = builder.build();
        service.getNode().addDependency(migration.done());
        this.scaling = service.autoScaleTaskCount(EnableScalingProps.builder()
                .minCapacity(fewest(settings))
                .maxCapacity(MOST_TASKS)
                .build());
        if (settings.demo()) {
            new OfficeHours(settings.timeZone(), fewest(settings), MOST_TASKS).apply(scaling);
        }
    }

    private static int fewest(Settings settings) {
        return settings.demo() ? 1 : 2;
    }

    private static Map<String, String> environment(Platform platform, Service which, Map<String, String> more) {
        Map<String, String> environment = platform.environment();
        environment.put("PGUSER", which.databaseUser());
        environment.put("AWS_REGION", platform.settings().region());
        environment.put("CLOUDWATCH_NAMESPACE", platform.settings().environment());
        environment.putAll(more);
        return environment;
    }

    private static Map<String, Secret> secrets(Platform platform, Service which) {
        return Map.of(
                "PGPASSWORD", Secret.fromSecretsManager(platform.data().users().password(which)),
                "MANAGEMENT_TOKEN", Secret.fromSecretsManager(platform.managementToken()));
    }

    RoleTask task() {
        return task;
    }

    FargateService service() {
        return service;
    }

    ScalableTaskCount scaling() {
        return scaling;
    }
}
