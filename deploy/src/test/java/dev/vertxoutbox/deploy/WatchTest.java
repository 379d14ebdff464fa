package dev.vertxoutbox.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scaling, alarms, dashboard and outputs. */
@NeedsNode
class WatchTest {
    private final Template data = Synthesis.Standard.SYNTHESIS.data();
    private final Template services = Synthesis.Standard.SYNTHESIS.services();

    @Test
    void eachServiceScalesFromTwoToSixTasks() {
        assertThat(services.all("AWS::ApplicationAutoScaling::ScalableTarget"))
                .hasSize(3)
                .allSatisfy((path, target) -> {
                    assertThat(target.at("/Properties/MinCapacity").asInt()).isEqualTo(2);
                    assertThat(target.at("/Properties/MaxCapacity").asInt()).isEqualTo(6);
                    assertThat(target.at("/Properties/ScheduledActions").isMissingNode())
                            .isTrue();
                });
    }

    @Test
    void flightScalesOnCpuAndRequests() {
        Map<String, Integer> targets = new TreeMap<>();
        services.all("AWS::ApplicationAutoScaling::ScalingPolicy").values().stream()
                .map(policy -> policy.at("/Properties/TargetTrackingScalingPolicyConfiguration"))
                .filter(policy -> !policy.isMissingNode())
                .forEach(policy -> targets.put(
                        policy.at("/PredefinedMetricSpecification/PredefinedMetricType")
                                .asText(),
                        policy.get("TargetValue").asInt()));

        assertThat(targets)
                .containsOnly(
                        Map.entry("ECSServiceAverageCPUUtilization", 60), Map.entry("ALBRequestCountPerTarget", 6_000));
    }

    @Test
    void relayScalesOnTheAgeOfTheOldestEvent() {
        JsonNode alarm = services.properties(
                "AWS::CloudWatch::Alarm", "Platform/Relay/Service/TaskCount/Target/OldestEvent/UpperAlarm");

        assertThat(alarm.get("MetricName").asText()).isEqualTo("outbox_backlog_age");
        assertThat(alarm.get("Namespace").asText()).isEqualTo("vertx-outbox");
        assertThat(alarm.get("Dimensions").toString()).isEqualTo("[{\"Name\":\"role\",\"Value\":\"relay\"}]");
        assertThat(alarm.get("Threshold").asInt()).isEqualTo(15);
    }

    @Test
    void paymentScalesOnDepthForEachTaskAndOnAge() {
        JsonNode depth = services.properties(
                "AWS::CloudWatch::Alarm", "Platform/Payment/Service/TaskCount/Target/DepthPerTask/UpperAlarm");
        JsonNode age = services.properties(
                "AWS::CloudWatch::Alarm", "Platform/Payment/Service/TaskCount/Target/OldestMessage/UpperAlarm");

        assertThat(depth.at("/Metrics/0/Expression").asText()).isEqualTo("waiting / IF(tasks > 0, tasks, 1)");
        assertThat(depth.get("Metrics").toString()).contains("RunningTaskCount", "ApproximateNumberOfMessagesVisible");
        assertThat(depth.get("Threshold").asInt()).isEqualTo(200);
        assertThat(age.get("MetricName").asText()).isEqualTo("ApproximateAgeOfOldestMessage");
        assertThat(age.get("Threshold").asInt()).isEqualTo(30);
    }

    /** One task more from the limit on, two from further on, and one less below the lower limit. */
    @ParameterizedTest
    @CsvSource({"Relay,OldestEvent,15,105,2", "Payment,DepthPerTask,200,1800,10", "Payment,OldestMessage,30,270,5"})
    void tasksComeAndGoInSteps(String service, String policy, int from, int further, int lower) {
        String path = "Platform/%s/Service/TaskCount/Target/%s/".formatted(service, policy);

        assertThat(services.properties("AWS::CloudWatch::Alarm", path + "UpperAlarm")
                        .get("Threshold")
                        .asInt())
                .isEqualTo(from);
        assertThat(services.properties("AWS::CloudWatch::Alarm", path + "LowerAlarm")
                        .get("Threshold")
                        .asInt())
                .isEqualTo(lower);
        assertThat(steps(path + "UpperPolicy")).containsExactly("0 to " + further + ": 1", further + " to : 2");
        assertThat(steps(path + "LowerPolicy")).containsExactly(" to 0: -1");
    }

    private List<String> steps(String path) {
        return Template.list(services.properties("AWS::ApplicationAutoScaling::ScalingPolicy", path)
                        .at("/StepScalingPolicyConfiguration/StepAdjustments"))
                .stream()
                .map(step -> "%s to %s: %s"
                        .formatted(
                                step.path("MetricIntervalLowerBound").asText(),
                                step.path("MetricIntervalUpperBound").asText(),
                                step.get("ScalingAdjustment").asText()))
                .toList();
    }

    @Test
    void alarmsAreToldToTheTopicWhenTheyBeginAndEnd() {
        Map<String, JsonNode> alarms = new TreeMap<>(services.all("AWS::CloudWatch::Alarm"));
        alarms.keySet().removeIf(path -> !path.startsWith("Watch/Alarms/"));

        assertThat(alarms.keySet())
                .containsExactlyInAnyOrder(
                        "Watch/Alarms/OldestEvent",
                        "Watch/Alarms/Parked",
                        "Watch/Alarms/CircuitOpen",
                        "Watch/Alarms/GatewayCircuitOpen",
                        "Watch/Alarms/FlightDeadLetters",
                        "Watch/Alarms/PaymentDeadLetters",
                        "Watch/Alarms/FlightEventsWait",
                        "Watch/Alarms/PaymentEventsWait",
                        "Watch/Alarms/ServerErrors",
                        "Watch/Alarms/SlowResponses",
                        "Watch/Alarms/DatabaseCpu",
                        "Watch/Alarms/DatabaseConnections");
        assertThat(alarms.values()).allSatisfy(alarm -> {
            for (String action : List.of("AlarmActions", "OKActions")) {
                assertThat(services.text(alarm.at("/Properties/" + action + "/0"), data))
                        .isEqualTo("{Watch/Alarms/Topic}");
            }
            assertThat(alarm.at("/Properties/ComparisonOperator").asText()).isEqualTo("GreaterThanThreshold");
        });
    }

    @Test
    void alarmsLookAtWhatTheyAreNamedAfter() {
        assertThat(alarm("OldestEvent").get("MetricName").asText()).isEqualTo("outbox_backlog_age");
        assertThat(alarm("OldestEvent").get("TreatMissingData").asText()).isEqualTo("breaching");
        assertThat(alarm("Parked").get("MetricName").asText()).isEqualTo("outbox_parked_events");
        assertThat(alarm("Parked").get("Threshold").asInt()).isZero();
        assertThat(alarm("CircuitOpen").get("MetricName").asText()).isEqualTo("outbox_relay_circuit_open");
        assertThat(services.text(alarm("FlightDeadLetters").at("/Dimensions/0/Value"), data))
                .contains("Queues/FlightEvents/DeadLetters");
        assertThat(services.text(alarm("PaymentDeadLetters").at("/Dimensions/0/Value"), data))
                .contains("Queues/PaymentEvents/DeadLetters");
        assertThat(alarm("ServerErrors").get("Metrics").toString())
                .contains("HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count");
        assertThat(alarm("SlowResponses").get("ExtendedStatistic").asText()).isEqualTo("p99");
        assertThat(alarm("DatabaseCpu").get("MetricName").asText()).isEqualTo("CPUUtilization");
        assertThat(alarm("DatabaseConnections").get("MetricName").asText()).isEqualTo("DatabaseConnections");
    }

    /** Whatever it looks at: one metric, or several of an expression. */
    @ParameterizedTest
    @CsvSource({
        "OldestEvent,outbox_backlog_age,60,3",
        "Parked,outbox_parked_events,0,1",
        "CircuitOpen,outbox_relay_circuit_open,0,2",
        "GatewayCircuitOpen,payment_gateway_circuit,0,2",
        "FlightDeadLetters,ApproximateNumberOfMessagesVisible,0,1",
        "PaymentDeadLetters,ApproximateNumberOfMessagesVisible,0,1",
        "FlightEventsWait,ApproximateAgeOfOldestMessage,120,5",
        "PaymentEventsWait,ApproximateAgeOfOldestMessage,120,5",
        "ServerErrors,HTTPCode_ELB_5XX_Count,5,2",
        "SlowResponses,TargetResponseTime,1,5",
        "DatabaseCpu,CPUUtilization,85,10",
        "DatabaseConnections,DatabaseConnections,150,5"
    })
    void alarmHasItsLimit(String name, String metric, double threshold, int minutes) {
        JsonNode alarm = alarm(name);

        assertThat(alarm.path("MetricName").asText() + alarm.path("Metrics")).contains(metric);
        assertThat(alarm.get("Threshold").asDouble()).isEqualTo(threshold);
        assertThat(alarm.get("EvaluationPeriods").asInt()).isEqualTo(minutes);
    }

    private JsonNode alarm(String name) {
        return services.properties("AWS::CloudWatch::Alarm", "Watch/Alarms/" + name);
    }

    @Test
    void topicRefusesPlainHttp() {
        assertThat(services.only("AWS::SNS::TopicPolicy").toString())
                .contains("\"aws:SecureTransport\":\"false\"")
                .contains("\"Effect\":\"Deny\"");
    }

    @Test
    void dashboardShowsWhatTheAlarmsLookAt() {
        String body = services.text(services.only("AWS::CloudWatch::Dashboard").get("DashboardBody"), data);

        assertThat(body)
                .contains(
                        "outbox_backlog_age",
                        "outbox_parked_events",
                        "outbox_relay_circuit_open",
                        "payment_gateway_circuit",
                        "ApproximateNumberOfMessagesVisible",
                        "HTTPCode_Target_5XX_Count",
                        "TargetResponseTime",
                        "CPUUtilization",
                        "DatabaseConnections",
                        "{Watch/Alarms/OldestEvent}");
    }

    @Test
    void outputsSayWhereEverythingIs() {
        assertThat(output("Url")).isEqualTo("http://{LoadBalancer/Balancer}");
        assertThat(output("SwaggerUrl")).isEqualTo("http://{LoadBalancer/Balancer}/swagger-ui/index.html");
        assertThat(output("FlightQueueUrl")).isEqualTo("{Queues/FlightEvents/Queue}");
        assertThat(output("PaymentQueueUrl")).isEqualTo("{Queues/PaymentEvents/Queue}");
        assertThat(output("LogsCommand")).isEqualTo("aws logs tail {Platform/Log} --follow --region eu-west-1");
        assertThat(output("OperatorSecurityGroup")).isEqualTo("{Operators/SecurityGroup}");
        assertThat(output("AlarmTopic")).isEqualTo("{Watch/Alarms/Topic}");
    }

    @Test
    void outageDeniesSendingAndItsEndRestoresThePolicyOfTheStack() throws Exception {
        JsonNode deployed = data.properties("AWS::SQS::QueuePolicy", "Queues/FlightEvents/Queue/Policy")
                .get("PolicyDocument");
        JsonNode begin = policy(output("OutageBeginCommand"));
        JsonNode end = policy(output("OutageEndCommand"));

        assertThat(begin.get("Statement")).hasSize(2);
        assertThat(begin.at("/Statement/1/Effect").asText()).isEqualTo("Deny");
        assertThat(begin.at("/Statement/1/Action").asText()).isEqualTo("sqs:SendMessage");
        assertThat(begin.at("/Statement/1/Principal").asText()).isEqualTo("*");
        assertThat(begin.at("/Statement/0")).isEqualTo(end.at("/Statement/0"));
        assertThat(end.get("Statement")).hasSize(1);
        for (String field : List.of("Effect", "Principal", "Action", "Condition")) {
            assertThat(end.at("/Statement/0/" + field)).isEqualTo(deployed.at("/Statement/0/" + field));
        }
        assertThat(end.at("/Statement/0/Resource").asText()).isEqualTo("{Queues/FlightEvents/Queue}");
    }

    /** The policy in the command, as AWS's command line would read it. */
    private static JsonNode policy(String command) throws Exception {
        String start =
                "aws sqs set-queue-attributes --region eu-west-1 --queue-url {Queues/FlightEvents/Queue} --attributes '";
        assertThat(command).startsWith(start).endsWith("'");
        String attributes = command.substring(start.length(), command.length() - 1);
        assertThat(attributes).doesNotContain("'");
        ObjectMapper json = new ObjectMapper();
        return json.readTree(json.readTree(attributes).get("Policy").asText());
    }

    private String output(String name) {
        return services.text(services.json().at("/Outputs/" + name + "/Value"), data);
    }
}
