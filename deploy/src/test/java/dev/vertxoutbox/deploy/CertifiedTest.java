package dev.vertxoutbox.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A certificate of one's own, and a gateway for each zone. */
@NeedsNode
class CertifiedTest {
    private final Template data = Synthesis.Certified.SYNTHESIS.data();
    private final Template services = Synthesis.Certified.SYNTHESIS.services();

    @Test
    void certificateIsUsedAsItIs() {
        JsonNode https = services.properties("AWS::ElasticLoadBalancingV2::Listener", "LoadBalancer/Balancer/Https");

        assertThat(https.at("/Certificates/0/CertificateArn").asText()).isEqualTo(Synthesis.Certified.CERTIFICATE);
        assertThat(services.all("AWS::CertificateManager::Certificate")).isEmpty();
        assertThat(services.all("AWS::Route53::RecordSet")).isEmpty();
        assertThat(services.text(services.json().at("/Outputs/Url/Value"), data))
                .isEqualTo("https://{LoadBalancer/Balancer}");
    }

    @Test
    void onlyTheAddressesOfTheParameterReachEitherPort() {
        Map<Integer, String> open = new TreeMap<>();
        services.properties("AWS::EC2::SecurityGroup", "LoadBalancer/SecurityGroup")
                .get("SecurityGroupIngress")
                .forEach(rule -> open.put(rule.get("FromPort").asInt(), services.text(rule.get("CidrIp"), data)));

        assertThat(open).containsOnly(Map.entry(443, "{myPublicIP}"), Map.entry(80, "{myPublicIP}"));
    }

    @Test
    void eachZoneHasAGatewayOfItsOwn() {
        assertThat(data.all("AWS::EC2::NatGateway")).hasSize(2);
    }
}
