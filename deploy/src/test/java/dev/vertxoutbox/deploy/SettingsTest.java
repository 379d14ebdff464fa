package dev.vertxoutbox.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    @Test
    void nothingHasToBeChosenWhereTheCommandLineKnowsTheRegion() {
        Settings settings = Settings.from(name -> null, Map.of("CDK_DEFAULT_REGION", "eu-west-1"));

        assertThat(settings)
                .isEqualTo(new Settings("vertx-outbox", "eu-west-1", true, Egress.NAT, false, "UTC", null, null, null));
        assertThat(settings.https()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "environment,Two Words",
        "environment,9lives",
        "architecture,sparc",
        "egress,none",
        "demo,yes",
        "timeZone,Europe/Atlantis",
        "domainName,flights.example.com",
        "hostedZoneId,Z0123456789"
    })
    void wrongValueIsOneLineThatNamesIt(String name, String value) {
        assertThatThrownBy(() -> settings(Map.of(name, value)))
                .isInstanceOf(SettingException.class)
                .message()
                .startsWith(name)
                .hasLineCount(1);
    }

    @Test
    void regionMustBeKnown() {
        assertThatThrownBy(() -> Settings.from(name -> null, Map.of()))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("region");
    }

    @ParameterizedTest
    @CsvSource({"nat,1", "nat-per-zone,2", "endpoints,0"})
    void egressDecidesHowManyNatGatewaysThereAre(String egress, int gateways) {
        assertThat(settings(Map.of("egress", egress)).egress().gateways()).isEqualTo(gateways);
    }

    @Test
    void certificateAloneIsEnoughForHttps() {
        assertThat(settings(Map.of("certificateArn", "arn:aws:acm:eu-west-1:1:certificate/1"))
                        .https())
                .isTrue();
    }

    private static Settings settings(Map<String, String> context) {
        Map<String, String> all = new HashMap<>(context);
        all.put("region", "eu-west-1");
        return Settings.from(all::get, Map.of());
    }
}
