package dev.vertxoutbox.deploy;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ecs.AwsLogDriverMode;
import software.amazon.awscdk.services.ecs.AwsLogDriverProps;
import software.amazon.awscdk.services.ecs.Capability;
import software.amazon.awscdk.services.ecs.ContainerDefinition;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.FargateTaskDefinition;
import software.amazon.awscdk.services.ecs.HealthCheck;
import software.amazon.awscdk.services.ecs.LinuxParameters;
import software.amazon.awscdk.services.ecs.LogDriver;
import software.amazon.awscdk.services.ecs.MountPoint;
import software.amazon.awscdk.services.ecs.OperatingSystemFamily;
import software.amazon.awscdk.services.ecs.PortMapping;
import software.amazon.awscdk.services.ecs.RuntimePlatform;
import software.amazon.awscdk.services.ecs.Secret;
import software.amazon.awscdk.services.ecs.Volume;
import software.constructs.Construct;

/**
 * The task of one role, with a security group of its own that lets nothing in, and out only to the database and to
 * HTTPS. Its file system is read-only but for {@code /tmp}; the image's user is not root, and it has no capabilities.
 */
final class RoleTask extends Construct {
    /** What Fargate calls a quarter of a processor, as in AWS's sample. */
    static final int CPU = 256;

    static final int MEMORY_MIB = 512;

    /** A drain takes 28 s at most. */
    private static final Duration STOP_TIMEOUT = Duration.seconds(40);

    private final FargateTaskDefinition definition;
    private final ContainerDefinition container;
    private final SecurityGroup securityGroup;

    /**
     * @param serves whether it has the two ports and a health check; a task that ends by itself has neither
     */
    RoleTask(
            Platform platform,
            String role,
            boolean serves,
            Map<String, String> environment,
            Map<String, Secret> secrets) {
        super(platform, "Task-" + role);
        Settings settings = platform.settings();
        this.definition = FargateTaskDefinition.Builder.create(this, "Definition")
                .family(settings.environment() + "-" + role)
                .cpu(CPU)
                .memoryLimitMiB(MEMORY_MIB)
                .runtimePlatform(RuntimePlatform.builder()
                        .cpuArchitecture(platform.architecture())
                        .operatingSystemFamily(OperatingSystemFamily.LINUX)
                        .build())
                .volumes(List.of(Volume.builder().name("tmp").build()))
                .build();
        ContainerDefinitionOptions.Builder options = ContainerDefinitionOptions.builder()
                .containerName(role)
                .image(ContainerImage.fromDockerImageAsset(platform.image()))
                .command(List.of(role))
                .environment(environment)
                .secrets(secrets)
                .readonlyRootFilesystem(true)
                .linuxParameters(withoutCapabilities())
                .stopTimeout(STOP_TIMEOUT)
                .logging(log(platform, role));
        if (serves) {
            options.portMappings(List.of(port(Platform.HTTP_PORT), port(Platform.MANAGEMENT_PORT)))
                    .healthCheck(alive());
        }
        this.container = definition.addContainer("Container", options.build());
        container.addMountPoints(MountPoint.builder()
                .sourceVolume("tmp")
                .containerPath("/tmp")
                .readOnly(false)
                .build());
        this.securityGroup = securityGroup(platform, role);
        Platform.suppressions().forEach(suppression -> suppression.at(definition));
    }

    private LinuxParameters withoutCapabilities() {
        LinuxParameters parameters =
                LinuxParameters.Builder.create(this, "Linux").build();
        parameters.dropCapabilities(Capability.ALL);
        return parameters;
    }

    private static PortMapping port(int number) {
        return PortMapping.builder().containerPort(number).build();
    }

    /** Whether its event loops turn. A database that is away is no reason to restart it. */
    private static HealthCheck alive() {
        return HealthCheck.builder()
                .command(List.of("CMD", "/app/healthcheck"))
                .interval(Duration.seconds(10))
                .timeout(Duration.seconds(5))
                .retries(3)
                .startPeriod(Duration.seconds(60))
                .build();
    }

    /** A log that is not taken loses lines rather than holding up an event loop. */
    private static LogDriver log(Platform platform, String role) {
        return LogDriver.awsLogs(AwsLogDriverProps.builder()
                .logGroup(platform.log())
                .streamPrefix(role)
                .mode(AwsLogDriverMode.NON_BLOCKING)
                .maxBufferSize(Size.mebibytes(25))
                .build());
    }

    private SecurityGroup securityGroup(Platform platform, String role) {
        SecurityGroup group = SecurityGroup.Builder.create(this, "SecurityGroup")
                .vpc(platform.data().network().vpc())
                .description("Tasks of role " + role)
                .allowAllOutbound(false)
                .build();
        group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "Services of AWS, and the keys of an authorization server");
        group.getConnections().allowTo(platform.data().database().connectable(), Port.tcp(Database.PORT), "PostgreSQL");
        return group;
    }

    FargateTaskDefinition definition() {
        return definition;
    }

    ContainerDefinition container() {
        return container;
    }

    SecurityGroup securityGroup() {
        return securityGroup;
    }
}
