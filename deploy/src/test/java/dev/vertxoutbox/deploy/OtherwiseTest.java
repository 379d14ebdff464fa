package dev.vertxoutbox.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the context changes. */
@NeedsNode
class OtherwiseTest {
    private final Template data = Synthesis.Otherwise.SYNTHESIS.data();
    private final Template services = Synthesis.Otherwise.SYNTHESIS.services();

    @Test
    void tasksRunOnX86() {
        assertThat(services.all("AWS::ECS::TaskDefinition"))
                .hasSize(4)
                .allSatisfy((path, task) -> assertThat(task.at("/Properties/RuntimePlatform/CpuArchitecture")
                                .asText())
                        .isEqualTo("X86_64"));
        assertThat(Synthesis.Otherwise.SYNTHESIS.image().get("platform").asText())
                .isEqualTo("linux/amd64");
    }

    @Test
    void endpointsReplaceTheNatGateway() {
        assertThat(data.all("AWS::EC2::NatGateway")).isEmpty();
        assertThat(data.all("AWS::EC2::VPCEndpoint"))
                .containsOnlyKeys(
                        "Network/Vpc/S3",
                        "Network/Vpc/EcrApi",
                        "Network/Vpc/EcrDocker",
                        "Network/Vpc/Secrets",
                        "Network/Vpc/Logs",
                        "Network/Vpc/Sqs");
        assertThat(data.all("AWS::EC2::Route").keySet()).allMatch(route -> route.contains("public"));
    }

    @Test
    void demoSleepsAtNight() {
        assertThat(services.all("AWS::ApplicationAutoScaling::ScalableTarget"))
                .hasSize(3)
                .allSatisfy((path, target) -> {
                    assertThat(target.at("/Properties/MinCapacity").asInt()).isEqualTo(1);
                    List<JsonNode> actions = Template.list(target.at("/Properties/ScheduledActions"));
                    assertThat(actions)
                            .extracting(action -> action.get("Schedule").asText())
                            .containsExactly("cron(0 7 ? * MON-FRI *)", "cron(0 20 ? * * *)");
                    assertThat(actions)
                            .allSatisfy(action ->
                                    assertThat(action.get("Timezone").asText()).isEqualTo("Europe/Paris"));
                    assertThat(actions.get(0)
                                    .at("/ScalableTargetAction/MinCapacity")
                                    .asInt())
                            .isEqualTo(1);
                    assertThat(actions.get(1)
                                    .at("/ScalableTargetAction/MaxCapacity")
                                    .asInt(-1))
                            .isZero();
                });
        assertThat(services.properties("AWS::CloudWatch::Alarm", "Watch/Alarms/OldestEvent")
                        .get("TreatMissingData")
                        .asText())
                .isEqualTo("notBreaching");
    }

    @Test
    void demoHasOneDatabaseInstanceThatPausesAndMayBeDeleted() {
        JsonNode cluster = data.only("AWS::RDS::DBCluster");

        assertThat(data.all("AWS::RDS::DBInstance")).containsOnlyKeys("Database/Cluster/Writer");
        assertThat(cluster.get("DeletionProtection").asBoolean()).isFalse();
        assertThat(cluster.at("/ServerlessV2ScalingConfiguration/MinCapacity").asDouble(1))
                .isZero();
        assertThat(cluster.at("/ServerlessV2ScalingConfiguration/SecondsUntilAutoPause")
                        .asInt())
                .isEqualTo(300);
    }

    @Test
    void domainMeansHttpsARecordAndARedirect() {
        JsonNode https = services.properties("AWS::ElasticLoadBalancingV2::Listener", "LoadBalancer/Balancer/Https");
        assertThat(https.get("Port").asInt()).isEqualTo(443);
        assertThat(https.get("Protocol").asText()).isEqualTo("HTTPS");
        assertThat(https.get("SslPolicy").asText()).contains("TLS13");
        assertThat(services.text(https.at("/Certificates/0/CertificateArn"), data))
                .isEqualTo("{LoadBalancer/Certificate}");
        assertThat(services.only("AWS::Route53::RecordSet").get("Name").asText())
                .isEqualTo("flights.example.com.");
        assertThat(services.all("AWS::ElasticLoadBalancingV2::Listener"))
                .hasSize(2)
                .anySatisfy((path, listener) -> {
                    assertThat(listener.at("/Properties/Port").asInt()).isEqualTo(80);
                    assertThat(listener.at("/Properties/DefaultActions/0/RedirectConfig/Protocol")
                                    .asText())
                            .isEqualTo("HTTPS");
                });
        assertThat(services.json().at("/Outputs/Url/Value").asText()).isEqualTo("https://flights.example.com");
    }

    @Test
    void environmentIsInEveryName() {
        assertThat(data.properties("AWS::SQS::Queue", "Queues/FlightEvents/Queue")
                        .get("QueueName")
                        .asText())
                .isEqualTo("try-flight-events.fifo");
        assertThat(data.properties("AWS::SQS::Queue", "Queues/FlightEvents/DeadLetters")
                        .get("QueueName")
                        .asText())
                .isEqualTo("try-flight-events-dlq.fifo");
        assertThat(services.only("AWS::ECS::Cluster").get("ClusterName").asText())
                .isEqualTo("try");
        assertThat(services.properties("AWS::Logs::LogGroup", "Platform/Log")
                        .get("LogGroupName")
                        .asText())
                .isEqualTo("/try");
        assertThat(services.properties("AWS::CloudWatch::Alarm", "Watch/Alarms/Parked")
                        .get("AlarmName")
                        .asText())
                .isEqualTo("try-Parked");
        assertThat(services.only("AWS::CloudWatch::Dashboard")
                        .get("DashboardName")
                        .asText())
                .isEqualTo("try");
        assertThat(services.only("AWS::SNS::Subscription").get("Endpoint").asText())
                .isEqualTo("ops@example.com");
    }
}
