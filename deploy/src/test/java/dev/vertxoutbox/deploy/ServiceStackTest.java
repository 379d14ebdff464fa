package dev.vertxoutbox.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsNode
class ServiceStackTest {
    private final Template data = Synthesis.Standard.SYNTHESIS.data();
    private final Template services = Synthesis.Standard.SYNTHESIS.services();

    @ParameterizedTest
    @ValueSource(strings = {"migrate", "flight", "relay", "payment"})
    void taskRunsItsRoleReadOnlyOnArm(String role) {
        JsonNode task = definition(role);
        JsonNode container = container(role);

        assertThat(task.at("/RuntimePlatform/CpuArchitecture").asText()).isEqualTo("ARM64");
        assertThat(task.get("Cpu").asText()).isEqualTo("256");
        assertThat(task.get("Memory").asText()).isEqualTo("512");
        assertThat(container.at("/Command").toString()).isEqualTo("[\"" + role + "\"]");
        assertThat(container.get("ReadonlyRootFilesystem").asBoolean()).isTrue();
        assertThat(container.at("/LinuxParameters/Capabilities/Drop").toString())
                .isEqualTo("[\"ALL\"]");
        assertThat(container.has("User"))
                .as("the image's own, which is not root")
                .isFalse();
        assertThat(container.at("/MountPoints").toString())
                .isEqualTo("[{\"ContainerPath\":\"/tmp\",\"ReadOnly\":false,\"SourceVolume\":\"tmp\"}]");
        assertThat(container.get("StopTimeout").asInt())
                .as("longer than a drain, which takes 28 s")
                .isGreaterThan(30);
        assertThat(container.at("/LogConfiguration/LogDriver").asText()).isEqualTo("awslogs");
        assertThat(container.at("/LogConfiguration/Options/mode").asText()).isEqualTo("non-blocking");
    }

    @Test
    void allRolesRunTheSameImage() {
        Set<String> images = new TreeSet<>();
        services.all("AWS::ECS::TaskDefinition")
                .values()
                .forEach(task -> images.add(services.text(task.at("/Properties/ContainerDefinitions/0/Image"), data)));

        assertThat(images).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void serviceLogsIntoTheDatabaseAsItselfAndChecksTheServer(Service service) {
        Map<String, String> environment = environment(service.role());

        assertThat(environment)
                .containsEntry("PGUSER", service.role() + "_service")
                .containsEntry("PGSSLMODE", "verify-full")
                .containsEntry("PGSSLROOTCERT", "/app/rds.pem")
                .containsEntry("PGDATABASE", "outbox")
                .containsEntry("AWS_REGION", "eu-west-1")
                .containsEntry("LOG_FORMAT", "json")
                .containsEntry("CLOUDWATCH_NAMESPACE", "vertx-outbox")
                .containsEntry("PGHOST", "{Database/Cluster}");
        assertThat(secrets(service.role()))
                .containsOnly(
                        Map.entry("PGPASSWORD", "{DatabaseUsers/" + service.id() + "}"),
                        Map.entry("MANAGEMENT_TOKEN", "{Platform/ManagementToken}"));
    }

    @Test
    void serviceKnowsTheQueuesThatItUses() {
        assertThat(environment("flight"))
                .doesNotContainKey("FLIGHT_QUEUE_URL")
                .containsEntry("PAYMENT_QUEUE_URL", "{Queues/PaymentEvents/Queue}");
        assertThat(environment("payment"))
                .doesNotContainKey("PAYMENT_QUEUE_URL")
                .containsEntry("FLIGHT_QUEUE_URL", "{Queues/FlightEvents/Queue}");
        assertThat(environment("relay"))
                .containsEntry("FLIGHT_QUEUE_URL", "{Queues/FlightEvents/Queue}")
                .containsEntry("PAYMENT_QUEUE_URL", "{Queues/PaymentEvents/Queue}");
    }

    @Test
    void migrateIsTheOwnerAndGivesTheServicesTheirPasswords() {
        assertThat(environment("migrate"))
                .containsEntry("PGSSLMODE", "verify-full")
                .doesNotContainKeys("PGUSER");
        assertThat(secrets("migrate"))
                .containsOnly(
                        Map.entry("PGUSER", "{Database/Cluster}:username::"),
                        Map.entry("PGPASSWORD", "{Database/Cluster}:password::"),
                        Map.entry("FLIGHT_DATABASE_PASSWORD", "{DatabaseUsers/Flight}"),
                        Map.entry("RELAY_DATABASE_PASSWORD", "{DatabaseUsers/Relay}"),
                        Map.entry("PAYMENT_DATABASE_PASSWORD", "{DatabaseUsers/Payment}"));
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void noServiceStartsBeforeTheMigrationHasEnded(Service service) {
        JsonNode resource = services.resource("AWS::ECS::Service", "Platform/" + service.id() + "/Service/Service");

        assertThat(Template.list(resource.get("DependsOn")))
                .extracting(id -> services.path(id.asText()))
                .contains("Platform/Migrate/Run");
    }

    @Test
    void imageIsBuiltForTheTasksWithTheCertificatesOfTheDatabase() {
        Synthesis standard = Synthesis.Standard.SYNTHESIS;
        JsonNode image = standard.image();

        assertThat(image.get("platform").asText()).isEqualTo("linux/arm64");
        assertThat(image.get("dockerBuildTarget").asText()).isEqualTo("aws");
        Path staged = standard.directory().resolve(image.get("directory").asText());
        assertThat(staged.resolve(image.get("dockerFile").asText())).isRegularFile();
        assertThat(staged.resolve("deploy/image/train")).isRegularFile();
        assertThat(staged.resolve("pom.xml")).doesNotExist();
    }

    @Test
    void newImageMigratesAgain() {
        JsonNode run = services.only("Custom::Migration");

        assertThat(services.text(run.get("TaskDefinition"), data)).isEqualTo("{Platform/Task-migrate/Definition}");
        assertThat(services.text(run.get("SecurityGroup"), data)).isEqualTo("{Platform/Task-migrate/SecurityGroup}");
        assertThat(services.text(run.get("ServiceToken"), data)).isEqualTo("{Platform/Migrate/Function}");
        assertThat(run.get("ServiceTimeout").asInt()).isEqualTo(900);
        assertThat(Template.list(services.resource("Custom::Migration", "Platform/Migrate/Run")
                        .get("DependsOn")))
                .extracting(id -> services.path(id.asText()))
                .as("what it needs to run")
                .contains(
                        "Platform/Migrate/FunctionRole/DefaultPolicy",
                        "Platform/Task-migrate/Definition/ExecutionRole/DefaultPolicy");
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void deploymentKeepsTheOldVersionUntilTheNewOneIsHealthy(Service service) {
        JsonNode deployment = services.properties("AWS::ECS::Service", "Platform/" + service.id() + "/Service/Service");

        assertThat(deployment
                        .at("/DeploymentConfiguration/MinimumHealthyPercent")
                        .asInt())
                .isEqualTo(100);
        assertThat(deployment.at("/DeploymentConfiguration/MaximumPercent").asInt())
                .isEqualTo(200);
        assertThat(deployment
                        .at("/DeploymentConfiguration/DeploymentCircuitBreaker/Enable")
                        .asBoolean())
                .isTrue();
        assertThat(deployment
                        .at("/DeploymentConfiguration/DeploymentCircuitBreaker/Rollback")
                        .asBoolean())
                .isTrue();
        assertThat(deployment
                        .at("/NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp")
                        .asText())
                .isEqualTo("DISABLED");
        assertThat(deployment.has("DesiredCount")).as("left to scaling").isFalse();
        assertThat(container(service.role()).at("/HealthCheck/Command").toString())
                .isEqualTo("[\"CMD\",\"/app/healthcheck\"]");
    }

    @Test
    void clusterHasContainerInsights() {
        assertThat(services.only("AWS::ECS::Cluster").get("ClusterSettings").toString())
                .isEqualTo("[{\"Name\":\"containerInsights\",\"Value\":\"enabled\"}]");
    }

    private JsonNode definition(String role) {
        return services.properties("AWS::ECS::TaskDefinition", "Platform/Task-" + role + "/Definition");
    }

    private JsonNode container(String role) {
        assertThat(definition(role).get("ContainerDefinitions")).hasSize(1);
        return definition(role).at("/ContainerDefinitions/0");
    }

    private Map<String, String> environment(String role) {
        Map<String, String> environment = new TreeMap<>();
        container(role)
                .get("Environment")
                .forEach(variable ->
                        environment.put(variable.get("Name").asText(), services.text(variable.get("Value"), data)));
        return environment;
    }

    private Map<String, String> secrets(String role) {
        Map<String, String> secrets = new TreeMap<>();
        container(role)
                .get("Secrets")
                .forEach(secret ->
                        secrets.put(secret.get("Name").asText(), services.text(secret.get("ValueFrom"), data)));
        return secrets;
    }
}
