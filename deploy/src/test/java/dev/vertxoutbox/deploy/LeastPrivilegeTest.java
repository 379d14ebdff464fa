package dev.vertxoutbox.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every right that anything has, action by action. */
@NeedsNode
class LeastPrivilegeTest {
    private final Template data = Synthesis.Standard.SYNTHESIS.data();
    private final Template services = Synthesis.Standard.SYNTHESIS.services();

    @Test
    void flightTakesPaymentEventsAndSendsNothing() {
        assertThat(rights("Platform/Task-flight/Definition/TaskRole"))
                .containsExactlyInAnyOrder(
                        "sqs:ReceiveMessage {Queues/PaymentEvents/Queue}",
                        "sqs:DeleteMessage {Queues/PaymentEvents/Queue}",
                        "sqs:ChangeMessageVisibility {Queues/PaymentEvents/Queue}",
                        "sqs:GetQueueAttributes {Queues/PaymentEvents/Queue}",
                        "sqs:GetQueueAttributes {Queues/PaymentEvents/DeadLetters}");
    }

    @Test
    void relaySendsAndTakesNothing() {
        assertThat(rights("Platform/Task-relay/Definition/TaskRole"))
                .containsExactlyInAnyOrder(
                        "sqs:SendMessage {Queues/FlightEvents/Queue}",
                        "sqs:SendMessage {Queues/PaymentEvents/Queue}",
                        "sqs:GetQueueAttributes {Queues/FlightEvents/Queue}",
                        "sqs:GetQueueAttributes {Queues/PaymentEvents/Queue}");
    }

    @Test
    void paymentTakesFlightEventsAndSendsToItsDeadLettersAlone() {
        assertThat(rights("Platform/Task-payment/Definition/TaskRole"))
                .containsExactlyInAnyOrder(
                        "sqs:ReceiveMessage {Queues/FlightEvents/Queue}",
                        "sqs:DeleteMessage {Queues/FlightEvents/Queue}",
                        "sqs:ChangeMessageVisibility {Queues/FlightEvents/Queue}",
                        "sqs:GetQueueAttributes {Queues/FlightEvents/Queue}",
                        "sqs:SendMessage {Queues/FlightEvents/DeadLetters}",
                        "sqs:GetQueueAttributes {Queues/FlightEvents/DeadLetters}");
    }

    @Test
    void migrateCallsNothingOfAws() {
        assertThat(rights("Platform/Task-migrate/Definition/TaskRole")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void taskStartsWithItsOwnPasswordAndNoOther(Service service) {
        assertThat(rights("Platform/Task-" + service.role() + "/Definition/ExecutionRole"))
                .containsExactlyInAnyOrderElementsOf(
                        startRights(Set.of("{DatabaseUsers/" + service.id() + "}", "{Platform/ManagementToken}")));
    }

    @Test
    void migrateStartsWithThePasswordsThatItSets() {
        assertThat(rights("Platform/Task-migrate/Definition/ExecutionRole"))
                .containsExactlyInAnyOrderElementsOf(startRights(Set.of(
                        "{Database/Cluster}",
                        "{DatabaseUsers/Flight}",
                        "{DatabaseUsers/Relay}",
                        "{DatabaseUsers/Payment}")));
    }

    @Test
    void functionRunsTheMigrationAndNothingElse() {
        assertThat(rights("Platform/Migrate/FunctionRole"))
                .containsExactlyInAnyOrder(
                        "ecs:RunTask {Platform/Task-migrate/Definition} if ArnEquals ecs:cluster {Platform/Cluster}",
                        "ecs:DescribeTasks arn:{AWS::Partition}:ecs:eu-west-1:{AWS::AccountId}:task/vertx-outbox/*",
                        "iam:PassRole {Platform/Task-migrate/Definition/TaskRole} if StringEquals iam:PassedToService ecs-tasks.amazonaws.com",
                        "iam:PassRole {Platform/Task-migrate/Definition/ExecutionRole} if StringEquals iam:PassedToService ecs-tasks.amazonaws.com",
                        "logs:CreateLogStream {Platform/Migrate/Log}",
                        "logs:PutLogEvents {Platform/Migrate/Log}");
    }

    @Test
    void wildcardsAreTheUnavoidableOnes() {
        Set<String> wildcards = new TreeSet<>();
        services.all("AWS::IAM::Role")
                .keySet()
                .forEach(role -> rights(role).stream()
                        .filter(right -> right.contains("*"))
                        .forEach(wildcards::add));

        assertThat(wildcards)
                .containsExactly(
                        "ecr:GetAuthorizationToken *",
                        "ecs:DescribeTasks arn:{AWS::Partition}:ecs:eu-west-1:{AWS::AccountId}:task/vertx-outbox/*");
    }

    @Test
    void networkMayWriteItsFlowLog() {
        assertThat(rights(data, "Network/Vpc/Rejected/IAMRole"))
                .containsExactlyInAnyOrder(
                        "logs:CreateLogStream {Network/FlowLogs}",
                        "logs:PutLogEvents {Network/FlowLogs}",
                        "logs:DescribeLogStreams {Network/FlowLogs}");
        assertThat(data.all("AWS::IAM::Role")).hasSize(1);
    }

    @Test
    void noRightComesFromAnywhereElse() {
        for (Template template : new Template[] {data, services}) {
            assertThat(template.all("AWS::IAM::Role").values())
                    .isNotEmpty()
                    .allSatisfy(role -> assertThat(role.get("Properties").fieldNames())
                            .toIterable()
                            .doesNotContain("ManagedPolicyArns", "Policies", "PermissionsBoundary"));
            assertThat(template.all("AWS::IAM::ManagedPolicy")).isEmpty();
            assertThat(template.all("AWS::IAM::User")).isEmpty();
        }
        assertThat(services.all("AWS::IAM::Role").keySet())
                .as("roles that the other tests are about")
                .containsExactlyInAnyOrder(
                        "Platform/Migrate/FunctionRole",
                        "Platform/Task-flight/Definition/ExecutionRole",
                        "Platform/Task-flight/Definition/TaskRole",
                        "Platform/Task-migrate/Definition/ExecutionRole",
                        "Platform/Task-migrate/Definition/TaskRole",
                        "Platform/Task-payment/Definition/ExecutionRole",
                        "Platform/Task-payment/Definition/TaskRole",
                        "Platform/Task-relay/Definition/ExecutionRole",
                        "Platform/Task-relay/Definition/TaskRole");
    }

    /** What Fargate needs to start a task: its image, its log, its secrets. */
    private static Set<String> startRights(Set<String> secrets) {
        String repository =
                "arn:{AWS::Partition}:ecr:eu-west-1:{AWS::AccountId}:repository/cdk-hnb659fds-container-assets-${AWS::AccountId}-eu-west-1";
        Set<String> rights = new TreeSet<>(Set.of(
                "ecr:BatchCheckLayerAvailability " + repository,
                "ecr:BatchGetImage " + repository,
                "ecr:GetDownloadUrlForLayer " + repository,
                "ecr:GetAuthorizationToken *",
                "logs:CreateLogStream {Platform/Log}",
                "logs:PutLogEvents {Platform/Log}"));
        secrets.forEach(secret -> {
            rights.add("secretsmanager:GetSecretValue " + secret);
            rights.add("secretsmanager:DescribeSecret " + secret);
        });
        return rights;
    }

    private Set<String> rights(String role) {
        return rights(services, role);
    }

    /** Each action that the role is allowed, with its resource and its condition. */
    private Set<String> rights(Template template, String role) {
        assertThat(template.all("AWS::IAM::Role")).containsKey(role);
        Set<String> rights = new TreeSet<>();
        template.all("AWS::IAM::Policy").values().stream()
                .map(policy -> policy.get("Properties"))
                .filter(policy -> Template.list(policy.get("Roles")).stream()
                        .anyMatch(of -> template.text(of, data).equals("{" + role + "}")))
                .flatMap(policy -> Template.list(policy.get("PolicyDocument").get("Statement")).stream())
                .forEach(statement -> addRights(template, rights, statement));
        return rights;
    }

    private void addRights(Template template, Set<String> rights, JsonNode statement) {
        assertThat(statement.get("Effect").asText()).isEqualTo("Allow");
        assertThat(statement.has("NotAction") || statement.has("NotResource")).isFalse();
        for (JsonNode action : Template.list(statement.get("Action"))) {
            for (JsonNode resource : Template.list(statement.get("Resource"))) {
                rights.add(action.asText() + " " + template.text(resource, data) + condition(template, statement));
            }
        }
    }

    private String condition(Template template, JsonNode statement) {
        StringBuilder condition = new StringBuilder();
        statement
                .path("Condition")
                .fields()
                .forEachRemaining(operator -> operator.getValue()
                        .fields()
                        .forEachRemaining(key -> condition.append(" if %s %s %s"
                                .formatted(operator.getKey(), key.getKey(), template.text(key.getValue(), data)))));
        return condition.toString();
    }
}
