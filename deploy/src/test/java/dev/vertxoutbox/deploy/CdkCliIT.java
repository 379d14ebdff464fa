package dev.vertxoutbox.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The command line that people use, in the version that {@code package.json} pins. */
@NeedsNode
class CdkCliIT {
    private static final Path CLI = Path.of("node_modules", "aws-cdk");
    private static final Path OUT = Path.of("target", "cdk-cli");

    @Test
    void strictSynthesisTakesTheAppAsItIsConfigured() throws Exception {
        install();

        Result synth = run(
                "npx",
                "--no-install",
                "cdk",
                "synth",
                "--strict",
                "--quiet",
                "--all",
                "--no-notices",
                "--app",
                app(),
                "--output",
                OUT.toString(),
                "-c",
                "region=eu-west-1");

        assertThat(synth.exitCode()).as(synth.text()).isZero();
        assertThat(OUT.resolve("vertx-outbox-data.template.json")).exists();
        assertThat(Synthesis.read(OUT.resolve("vertx-outbox-services.template.json"))
                        .at("/Parameters/myPublicIP")
                        .isObject())
                .isTrue();
    }

    @Test
    void appOfTheCommandLineIsTheMainClass() {
        assertThat(Synthesis.read(Path.of("cdk.json")).get("app").asText())
                .endsWith("-Dexec.mainClass=" + Main.class.getName());
    }

    /** What {@code cdk.json} has Maven do, which cannot run a second time in the same directory. */
    private static String app() {
        return "\"%s\" -Xmx256m -cp \"%s\" %s"
                .formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        System.getProperty("java.class.path").replace(File.pathSeparator + "null", ""),
                        Main.class.getName());
    }

    private static void install() throws IOException, InterruptedException {
        String wanted = Synthesis.read(Path.of("package.json"))
                .at("/devDependencies/aws-cdk")
                .asText();
        Path installed = CLI.resolve("package.json");
        if (Files.exists(installed)
                && Synthesis.read(installed).get("version").asText().equals(wanted)) {
            return;
        }
        Result result = run("npm", "ci");
        if (result.exitCode() != 0 && !"true".equals(System.getenv("CI"))) {
            System.err.println("SKIPPED CdkCliIT: npm cannot fetch the CDK command line: " + result.text());
            Assumptions.abort("npm ci failed");
        }
        assertThat(result.exitCode()).as(result.text()).isZero();
    }

    private record Result(int exitCode, String text) {}

    private static Result run(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(command));
        Path text = Files.createTempFile(Files.createDirectories(Path.of("target")), "command", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(text.toFile());
        builder.environment().put("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20");
        Process process = builder.start();
        if (!process.waitFor(4, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(all + " runs for more than four minutes");
        }
        return new Result(process.exitValue(), Files.readString(text, StandardCharsets.UTF_8));
    }
}
