package dev.vertxoutbox.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.CustomResource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecs.Secret;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;
import software.constructs.IDependable;

/**
 * Runs the role {@code migrate} as a task of its own whenever there is a new image, and before any service gets it. A
 * function waits for its end and tells CloudFormation: a failed migration fails the deployment, and the services keep
 * their version.
 */
final class MigrateTask extends Construct {
    private static final String ROLE = "migrate";
    private static final Duration LONGEST = Duration.minutes(15);

    private final CustomResource resource;

    MigrateTask(Platform platform) {
        super(platform, "Migrate");
        RoleTask task = new RoleTask(platform, ROLE, false, platform.environment(), secrets(platform.data()));
        Function function = function(platform, task);
        this.resource = CustomResource.Builder.create(this, "Run")
                .resourceType("Custom::Migration")
                .serviceToken(function.getFunctionArn())
                .serviceTimeout(LONGEST)
                .properties(Map.of(
                        "Cluster", platform.cluster().getClusterArn(),
                        // A new image makes a new revision, and that runs the task again.
                        "TaskDefinition", task.definition().getTaskDefinitionArn(),
                        "Container", task.container().getContainerName(),
                        "Subnets",
                                platform.data()
                                        .network()
                                        .vpc()
                                        .selectSubnets(platform.data().network().app())
                                        .getSubnetIds(),
                        "SecurityGroup", task.securityGroup().getSecurityGroupId()))
                .build();
        resource.getNode().addDependency(task, function, Objects.requireNonNull(function.getRole()));
    }

    /** The owner's password, to migrate, and those it gives to the services' users. */
    private static Map<String, Secret> secrets(DataStack data) {
        Map<String, Secret> secrets = new HashMap<>();
        secrets.put("PGUSER", Secret.fromSecretsManager(data.database().owner(), "username"));
        secrets.put("PGPASSWORD", Secret.fromSecretsManager(data.database().owner(), "password"));
        for (Service service : Service.values()) {
            secrets.put(
                    service.passwordVariable(),
                    Secret.fromSecretsManager(data.users().password(service)));
        }
        return secrets;
    }

    private Function function(Platform platform, RoleTask task) {
        LogGroup log = new LogGroups(platform.settings()).create(this, "Log");
        Role role = Role.Builder.create(this, "FunctionRole")
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .description("Runs the migrate task of environment "
                        + platform.settings().environment() + " and waits for it")
                .build();
        log.grantWrite(role);
        rights(platform, task).forEach(role::addToPolicy);
        Suppression.ofWildcard(
                        "Resource::arn:<AWS::Partition>:ecs:"
                                + platform.settings().region() + ":<AWS::AccountId>:task/"
                                + platform.settings().environment() + "/*",
                        "The id of a task is known when it runs; it must be one of this cluster")
                .at(role);
        return Function.Builder.create(this, "Function")
                .description("Runs migrate before new versions of the services start")
                .runtime(Runtime.NODEJS_24_X)
                .handler("index.handler")
                .code(Code.fromInline(script()))
                .timeout(LONGEST)
                .role(role)
                .logGroup(log)
                .build();
    }

    private List<PolicyStatement> rights(Platform platform, RoleTask task) {
        Stack stack = Stack.of(this);
        String tasks = stack.formatArn(ArnComponents.builder()
                .service("ecs")
                .resource("task")
                .resourceName(platform.settings().environment() + "/*")
                .build());
        return List.of(
                PolicyStatement.Builder.create()
                        .actions(List.of("ecs:RunTask"))
                        .resources(List.of(task.definition().getTaskDefinitionArn()))
                        .conditions(Map.of(
                                "ArnEquals",
                                Map.of("ecs:cluster", platform.cluster().getClusterArn())))
                        .build(),
                PolicyStatement.Builder.create()
                        .actions(List.of("ecs:DescribeTasks"))
                        .resources(List.of(tasks))
                        .build(),
                PolicyStatement.Builder.create()
                        .actions(List.of("iam:PassRole"))
                        .resources(List.of(
                                task.definition().getTaskRole().getRoleArn(),
                                task.definition().obtainExecutionRole().getRoleArn()))
                        .conditions(Map.of("StringEquals", Map.of("iam:PassedToService", "ecs-tasks.amazonaws.com")))
                        .build());
    }

    private static String script() {
        try (InputStream script =
                Objects.requireNonNull(MigrateTask.class.getResourceAsStream("migrate.js"), "migrate.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What waits for the migration depends on it. */
    IDependable done() {
        return resource;
    }
}
