package dev.vertxoutbox.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.sqs.CfnQueue;

/** What cdk-nag and CDK itself have to say: nothing, and a reason for each finding that stays. */
@NeedsNode
class FindingsTest {

    static List<Synthesis> syntheses() {
        return List.of(Synthesis.Standard.SYNTHESIS, Synthesis.Otherwise.SYNTHESIS, Synthesis.Certified.SYNTHESIS);
    }

    @ParameterizedTest
    @MethodSource("syntheses")
    void nothingIsFound(Synthesis synthesis) {
        List<String> findings = new ArrayList<>();
        for (String stack : List.of("-data", "-services")) {
            JsonNode constructs =
                    Synthesis.read(synthesis.directory().resolve(synthesis.environment() + stack + ".metadata.json"));
            constructs
                    .fields()
                    .forEachRemaining(construct -> construct.getValue().forEach(entry -> {
                        if (entry.get("type").asText().matches("aws:cdk:(error|warning)")) {
                            findings.add(construct.getKey() + ": " + entry.get("data"));
                        }
                    }));
        }

        assertThat(findings).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("syntheses")
    void eachSuppressionHasAReason(Synthesis synthesis) {
        List<JsonNode> suppressions = new ArrayList<>();
        for (Template template : List.of(synthesis.data(), synthesis.services())) {
            template.json()
                    .get("Resources")
                    .forEach(resource -> resource.path("Metadata")
                            .path("cdk_nag")
                            .path("rules_to_suppress")
                            .forEach(suppressions::add));
        }

        assertThat(suppressions).isNotEmpty().allSatisfy(suppression -> {
            assertThat(suppression.get("reason").asText()).hasSizeGreaterThan(30);
            assertThat(suppression.get("id").asText())
                    .isIn(
                            "AwsSolutions-RDS6",
                            "AwsSolutions-RDS10",
                            "AwsSolutions-RDS11",
                            "AwsSolutions-SMG4",
                            "AwsSolutions-ECS2",
                            "AwsSolutions-IAM5",
                            "AwsSolutions-S1",
                            "CdkNagValidationFailure");
        });
    }

    @ParameterizedTest
    @MethodSource("syntheses")
    void templatesFitTheSchemasOfCloudFormation(Synthesis synthesis) {
        JsonNode report = Synthesis.read(synthesis.directory().resolve("validation-report.json"));

        assertThat(report.get("pluginReports")).as(report.toPrettyString()).isEmpty();
    }

    @Test
    void whatDoesNotFitFailsTheSynthesis() {
        App app = new App(AppProps.builder()
                .context(Synthesis.flags())
                .outdir("target/synthesis/wrong")
                .build());
        CfnQueue.Builder.create(new Stack(app, "Wrong"), "Queue")
                .build()
                .addPropertyOverride("VisibilityTimeout", "long");

        assertThatThrownBy(app::synth).hasMessageContaining("Validation failed");
    }
}
