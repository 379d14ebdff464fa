package dev.vertxoutbox.deploy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;

/** Both templates as they are deployed, made once for all tests of a configuration, since it takes many seconds. */
record Synthesis(Path directory, String environment) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path CDK_JSON = Path.of("cdk.json");

    /** Nothing chosen but the region. */
    static final class Standard {
        static final Synthesis SYNTHESIS = of("standard", Map.of("region", "eu-west-1"));

        private Standard() {}
    }

    /** Everything chosen otherwise. */
    static final class Otherwise {
        static final Synthesis SYNTHESIS = of(
                "otherwise",
                Map.of(
                        "region", "us-east-1",
                        "environment", "try",
                        "architecture", "x86",
                        "egress", "endpoints",
                        "demo", "true",
                        "timeZone", "Europe/Paris",
                        "domainName", "flights.example.com",
                        "hostedZoneId", "Z0123456789ABCDEFGHIJ",
                        "alarmEmail", "ops@example.com"));

        private Otherwise() {}
    }

    /** HTTPS with a certificate that is there already, and a way out for each zone. */
    static final class Certified {
        static final String CERTIFICATE =
                "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";

        static final Synthesis SYNTHESIS =
                of("certified", Map.of("region", "eu-west-1", "certificateArn", CERTIFICATE, "egress", "nat-per-zone"));

        private Certified() {}
    }

    private static Synthesis of(String name, Map<String, String> settings) {
        Map<String, Object> context = flags();
        context.putAll(settings);
        context.put("aws:cdk:enable-path-metadata", true);
        Path directory = Path.of("target", "synthesis", name);
        App app = new App(
                AppProps.builder().context(context).outdir(directory.toString()).build());
        Settings chosen = Settings.from(context::get, Map.of());
        OutboxSystem.in(app, chosen);
        app.synth();
        return new Synthesis(directory, chosen.environment());
    }

    /** Outside the command line nobody reads cdk.json; its flags decide what is made. */
    static Map<String, Object> flags() {
        return JSON.convertValue(read(CDK_JSON).get("context"), new TypeReference<TreeMap<String, Object>>() {});
    }

    Template data() {
        return template("-data");
    }

    Template services() {
        return template("-services");
    }

    /** How the only image is built: {@code directory}, {@code dockerFile}, {@code dockerBuildTarget}, {@code platform}. */
    JsonNode image() {
        JsonNode images =
                read(directory.resolve(environment + "-services.assets.json")).get("dockerImages");
        if (images.size() != 1) {
            throw new AssertionError("not one image but " + images);
        }
        return images.iterator().next().get("source");
    }

    private Template template(String stack) {
        return new Template(read(directory.resolve(environment + stack + ".template.json")));
    }

    static JsonNode read(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
