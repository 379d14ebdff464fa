package dev.vertxoutbox.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NeedsNode
class DataStackTest {
    private final Template data = Synthesis.Standard.SYNTHESIS.data();

    @Test
    void databaseIsEncryptedBackedUpAndKeptAsASnapshot() {
        JsonNode cluster = data.resource("AWS::RDS::DBCluster", "Database/Cluster");
        JsonNode properties = cluster.get("Properties");

        assertThat(properties.get("Engine").asText()).isEqualTo("aurora-postgresql");
        assertThat(properties.get("StorageEncrypted").asBoolean()).isTrue();
        assertThat(properties.get("BackupRetentionPeriod").asInt()).isEqualTo(14);
        assertThat(properties.get("DeletionProtection").asBoolean()).isTrue();
        assertThat(properties
                        .at("/ServerlessV2ScalingConfiguration/MinCapacity")
                        .asDouble())
                .isEqualTo(0.5);
        assertThat(properties
                        .at("/ServerlessV2ScalingConfiguration/MaxCapacity")
                        .asDouble())
                .isEqualTo(8);
        assertThat(cluster.get("DeletionPolicy").asText()).isEqualTo("Snapshot");
        assertThat(cluster.get("UpdateReplacePolicy").asText()).isEqualTo("Snapshot");
    }

    @Test
    void databaseKeepsItsOwnersPasswordItself() {
        JsonNode cluster = data.only("AWS::RDS::DBCluster");

        assertThat(cluster.get("ManageMasterUserPassword").asBoolean()).isTrue();
        assertThat(cluster.has("MasterUserPassword")).isFalse();
    }

    @Test
    void databaseTakesNoConnectionWithoutTls() {
        assertThat(data.only("AWS::RDS::DBClusterParameterGroup")
                        .at("/Parameters/rds.force_ssl")
                        .asText())
                .isEqualTo("1");
    }

    @Test
    void databaseHasAStandbyAndNoPublicAddress() {
        assertThat(data.all("AWS::RDS::DBInstance"))
                .containsOnlyKeys("Database/Cluster/Standby", "Database/Cluster/Writer")
                .allSatisfy((path, instance) -> {
                    assertThat(instance.at("/Properties/DBInstanceClass").asText())
                            .isEqualTo("db.serverless");
                    assertThat(instance.at("/Properties/PubliclyAccessible").asBoolean(true))
                            .isFalse();
                });
    }

    @ParameterizedTest
    @CsvSource({"FlightEvents/Queue,flight-events.fifo", "PaymentEvents/Queue,payment-events.fifo"})
    void queueIsFifoWithHighThroughputAndGivesUpAfterTenReceives(String path, String name) {
        JsonNode queue = data.properties("AWS::SQS::Queue", "Queues/" + path);

        assertFifo(queue, name);
        assertThat(queue.get("MessageRetentionPeriod").asInt()).isEqualTo(4 * 86_400);
        assertThat(queue.at("/RedrivePolicy/maxReceiveCount").asInt()).isEqualTo(10);
        assertThat(data.text(queue.at("/RedrivePolicy/deadLetterTargetArn"), data))
                .isEqualTo("{Queues/" + path.replace("/Queue", "/DeadLetters") + "}");
    }

    @ParameterizedTest
    @CsvSource({"FlightEvents,flight-events", "PaymentEvents,payment-events"})
    void deadLetterQueueTakesFromItsQueueAlone(String path, String name) {
        JsonNode queue = data.properties("AWS::SQS::Queue", "Queues/" + path + "/DeadLetters");

        assertFifo(queue, name + "-dlq.fifo");
        assertThat(queue.get("MessageRetentionPeriod").asInt()).isEqualTo(14 * 86_400);
        assertThat(queue.at("/RedriveAllowPolicy/redrivePermission").asText()).isEqualTo("byQueue");
        assertThat(Template.list(queue.at("/RedriveAllowPolicy/sourceQueueArns")))
                .extracting(arn -> data.text(arn, data))
                .containsExactly("arn:{AWS::Partition}:sqs:eu-west-1:{AWS::AccountId}:" + name + ".fifo");
    }

    private static void assertFifo(JsonNode queue, String name) {
        assertThat(queue.get("QueueName").asText()).isEqualTo(name);
        assertThat(queue.get("FifoQueue").asBoolean()).isTrue();
        assertThat(queue.get("ContentBasedDeduplication").asBoolean()).isFalse();
        assertThat(queue.get("DeduplicationScope").asText()).isEqualTo("messageGroup");
        assertThat(queue.get("FifoThroughputLimit").asText()).isEqualTo("perMessageGroupId");
        assertThat(queue.get("VisibilityTimeout").asInt()).isEqualTo(30);
        assertThat(queue.get("MaximumMessageSize").asInt()).isEqualTo(1_048_576);
        assertThat(queue.get("SqsManagedSseEnabled").asBoolean()).isTrue();
    }

    @Test
    void everyQueueRefusesCallsWithoutTls() {
        assertThat(data.all("AWS::SQS::Queue")).hasSize(4);
        assertThat(data.all("AWS::SQS::QueuePolicy")).hasSize(4).allSatisfy((path, policy) -> {
            JsonNode statements = policy.at("/Properties/PolicyDocument/Statement");
            assertThat(statements).hasSize(1);
            JsonNode statement = statements.get(0);
            assertThat(statement.get("Effect").asText()).isEqualTo("Deny");
            assertThat(statement.get("Action").asText()).isEqualTo("sqs:*");
            assertThat(statement.at("/Condition/Bool/aws:SecureTransport").asText())
                    .isEqualTo("false");
            assertThat(data.text(statement.get("Resource"), data)).isEqualTo("{" + path.replace("/Policy", "") + "}");
        });
    }

    @Test
    void eachServiceHasAPasswordOfItsOwn() {
        assertThat(data.all("AWS::SecretsManager::Secret"))
                .containsOnlyKeys("DatabaseUsers/Flight", "DatabaseUsers/Payment", "DatabaseUsers/Relay")
                .allSatisfy((path, secret) -> assertThat(secret.at("/Properties/GenerateSecretString/PasswordLength")
                                .asInt())
                        .isEqualTo(32));
    }

    @Test
    void tasksReachAwsThroughOneNatGatewayAndTheDatabaseHasNoRouteOut() {
        assertThat(data.all("AWS::EC2::NatGateway")).hasSize(1);
        assertThat(data.all("AWS::EC2::VPCEndpoint")).containsOnlyKeys("Network/Vpc/S3");
        assertThat(data.all("AWS::EC2::Route").keySet()).isNotEmpty().noneMatch(route -> route.contains("data"));
        assertThat(data.all("AWS::EC2::FlowLog")).hasSize(1);
    }
}
