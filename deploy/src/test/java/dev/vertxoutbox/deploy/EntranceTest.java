package dev.vertxoutbox.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in, and where to. */
@NeedsNode
class EntranceTest {
    private final Template data = Synthesis.Standard.SYNTHESIS.data();
    private final Template services = Synthesis.Standard.SYNTHESIS.services();

    @Test
    void onlyTheAddressesOfTheParameterReachTheLoadBalancer() {
        JsonNode parameter = services.json().at("/Parameters/myPublicIP");
        assertThat(parameter.get("Type").asText()).isEqualTo("String");
        assertThat("203.0.113.7/32").matches(parameter.get("AllowedPattern").asText());
        assertThat("203.0.113.7").doesNotMatch(parameter.get("AllowedPattern").asText());

        JsonNode group = services.properties("AWS::EC2::SecurityGroup", "LoadBalancer/SecurityGroup");
        assertThat(group.get("SecurityGroupIngress")).hasSize(1);
        JsonNode ingress = group.at("/SecurityGroupIngress/0");
        assertThat(services.text(ingress.get("CidrIp"), data)).isEqualTo("{myPublicIP}");
        assertThat(ingress.get("FromPort").asInt()).isEqualTo(80);
    }

    /** The command line gives one without a stack's name to all stacks, and CloudFormation refuses what a stack does not know. */
    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/deploy.md"})
    void documentedCommandsGiveTheParameterToTheStackThatHasIt(String page) throws IOException {
        List<String> given = Pattern.compile("--parameters (\\S+)")
                .matcher(Files.readString(Path.of("..", page)))
                .results()
                .map(command -> command.group(1))
                .toList();

        assertThat(given).isNotEmpty().allMatch(one -> one.matches("[a-z-]+-services:myPublicIP=203.0.113.7/32"));
        assertThat(data.json().at("/Parameters").has("myPublicIP")).isFalse();
    }

    @Test
    void firewallLetsThoseAddressesInAndBlocksTheRest() {
        JsonNode acl = services.only("AWS::WAFv2::WebACL");
        assertThat(acl.at("/DefaultAction").fieldNames()).toIterable().containsExactly("Block");
        JsonNode last = acl.at("/Rules/5");
        assertThat(last.get("Action").fieldNames()).toIterable().containsExactly("Allow");
        assertThat(services.text(last.at("/Statement/IPSetReferenceStatement/Arn"), data))
                .isEqualTo("{Firewall/Allowed}");
        assertThat(services.text(services.only("AWS::WAFv2::IPSet").at("/Addresses/0"), data))
                .isEqualTo("{myPublicIP}");
        assertThat(services.only("AWS::WAFv2::IPSet").get("Addresses")).hasSize(1);
        assertThat(services.text(services.only("AWS::WAFv2::WebACLAssociation").get("ResourceArn"), data))
                .isEqualTo("{LoadBalancer/Balancer}");
    }

    @Test
    void firewallHasARateRuleAndTheManagedOnesBeforeThat() {
        List<JsonNode> rules = Template.list(services.only("AWS::WAFv2::WebACL").get("Rules"));

        assertThat(rules).extracting(rule -> rule.get("Priority").asInt()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(rules.get(0)
                        .at("/Statement/RateBasedStatement/AggregateKeyType")
                        .asText())
                .isEqualTo("IP");
        assertThat(rules.get(0).at("/Statement/RateBasedStatement/Limit").asInt() / 300)
                .as("requests a second from one address, which all of flight's tasks together are meant for")
                .isGreaterThan(6 * 6_000 / 60);
        assertThat(rules.get(0).at("/Action").fieldNames()).toIterable().containsExactly("Block");
        assertThat(rules.subList(1, 5))
                .allSatisfy(rule ->
                        assertThat(rule.get("OverrideAction").has("None")).isTrue())
                .extracting(rule ->
                        rule.at("/Statement/ManagedRuleGroupStatement/Name").asText())
                .containsExactly(
                        "AWSManagedRulesAmazonIpReputationList",
                        "AWSManagedRulesCommonRuleSet",
                        "AWSManagedRulesKnownBadInputsRuleSet",
                        "AWSManagedRulesSQLiRuleSet");
    }

    @Test
    void loadBalancerLogsEveryRequest() {
        Map<String, String> attributes = new TreeMap<>();
        services.only("AWS::ElasticLoadBalancingV2::LoadBalancer")
                .get("LoadBalancerAttributes")
                .forEach(attribute ->
                        attributes.put(attribute.get("Key").asText(), services.text(attribute.get("Value"), data)));

        assertThat(attributes)
                .containsEntry("access_logs.s3.enabled", "true")
                .containsEntry("access_logs.s3.bucket", "{LoadBalancer/AccessLogs}")
                .containsEntry("routing.http.drop_invalid_header_fields.enabled", "true");
        JsonNode bucket = services.only("AWS::S3::Bucket");
        assertThat(bucket.at("/PublicAccessBlockConfiguration/BlockPublicAcls").asBoolean())
                .isTrue();
        assertThat(bucket.at("/LifecycleConfiguration/Rules/0/ExpirationInDays").asInt())
                .isEqualTo(90);
    }

    @Test
    void readinessIsAskedOnTheManagementPortAndRequestsGoToTheOtherOne() {
        JsonNode targets = services.only("AWS::ElasticLoadBalancingV2::TargetGroup");

        assertThat(targets.get("HealthCheckPath").asText()).isEqualTo("/health/ready");
        assertThat(targets.get("HealthCheckPort").asText()).isEqualTo("8081");
        assertThat(targets.get("Port").asInt()).isEqualTo(8080);
        assertThat(targets.get("TargetGroupAttributes").toString())
                .as("a task that is to stop has 40 s, and sends its answers within them")
                .contains("{\"Key\":\"deregistration_delay.timeout_seconds\",\"Value\":\"20\"}");
        assertThat(services.properties("AWS::ECS::Service", "Platform/Flight/Service/Service")
                        .at("/LoadBalancers"))
                .hasSize(1)
                .allSatisfy(target ->
                        assertThat(target.get("ContainerPort").asInt()).isEqualTo(8080));
        assertThat(services.all("AWS::ElasticLoadBalancingV2::ListenerRule")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"migrate", "flight", "relay", "payment"})
    void taskReachesHttpsAndTheDatabaseAlone(String role) {
        String group = "Platform/Task-" + role + "/SecurityGroup";
        List<String> open = new ArrayList<>();
        services.properties("AWS::EC2::SecurityGroup", group)
                .get("SecurityGroupEgress")
                .forEach(rule -> open.add(
                        rule.get("CidrIp").asText() + ":" + rule.get("FromPort").asText() + "-"
                                + rule.get("ToPort").asText()));
        services.all("AWS::EC2::SecurityGroupEgress").values().stream()
                .map(rule -> rule.get("Properties"))
                .filter(rule -> services.text(rule.get("GroupId"), data).equals("{" + group + "}"))
                .forEach(rule -> open.add(services.text(rule.get("DestinationSecurityGroupId"), data) + ":"
                        + rule.get("FromPort").asText() + "-"
                        + rule.get("ToPort").asText()));

        assertThat(open).containsExactlyInAnyOrder("0.0.0.0/0:443-443", "{Database/Cluster/SecurityGroup}:5432-5432");
    }

    /** No rule besides these: no port of a task is open to an address, whether inside or outside the network. */
    @Test
    void managementPortIsOpenToHealthChecksAndOperatorsAlone() {
        List<String> open = new ArrayList<>();
        services.all("AWS::EC2::SecurityGroupIngress").values().stream()
                .map(rule -> rule.get("Properties"))
                .forEach(rule -> open.add("%s:%s from %s"
                        .formatted(
                                services.text(rule.get("GroupId"), data),
                                rule.get("FromPort").asText(),
                                rule.has("SourceSecurityGroupId")
                                        ? services.text(rule.get("SourceSecurityGroupId"), data)
                                        : rule.toString())));

        assertThat(open)
                .containsExactlyInAnyOrder(
                        "{Platform/Task-flight/SecurityGroup}:8080 from {LoadBalancer/SecurityGroup}",
                        "{Platform/Task-flight/SecurityGroup}:8081 from {LoadBalancer/SecurityGroup}",
                        "{Platform/Task-flight/SecurityGroup}:8081 from {Operators/SecurityGroup}",
                        "{Platform/Task-relay/SecurityGroup}:8081 from {Operators/SecurityGroup}",
                        "{Platform/Task-payment/SecurityGroup}:8081 from {Operators/SecurityGroup}",
                        "{Database/Cluster/SecurityGroup}:5432 from {Platform/Task-migrate/SecurityGroup}",
                        "{Database/Cluster/SecurityGroup}:5432 from {Platform/Task-flight/SecurityGroup}",
                        "{Database/Cluster/SecurityGroup}:5432 from {Platform/Task-relay/SecurityGroup}",
                        "{Database/Cluster/SecurityGroup}:5432 from {Platform/Task-payment/SecurityGroup}");
        assertThat(services.all("AWS::EC2::SecurityGroup"))
                .hasSize(6)
                .allSatisfy((path, group) -> assertThat(
                                group.at("/Properties/SecurityGroupIngress").isMissingNode())
                        .as(path)
                        .isEqualTo(!path.equals("LoadBalancer/SecurityGroup")));
        assertThat(data.all("AWS::EC2::SecurityGroup"))
                .containsOnlyKeys("Database/Cluster/SecurityGroup")
                .allSatisfy((path, group) -> assertThat(
                                group.at("/Properties/SecurityGroupIngress").isMissingNode())
                        .isTrue());
        assertThat(data.all("AWS::EC2::SecurityGroupIngress")).isEmpty();
    }
}
