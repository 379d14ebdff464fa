package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the alerts and the dashboard to their form and to {@code docs/operations.md}. */
class ObservabilityTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern ALERTED_ROW =
            Pattern.compile("(?m)^\\| `(\\w+)` \\| \\w+ \\| [^|]* \\| [^|]* \\| [^|]* \\| *([^| ][^|]*) \\|$");

    private static final Pattern QUOTED_LINE = Pattern.compile("`([^`\\n]+)`");

    @Test
    void everyAlertSaysHowBadItIsWhatItIsAndWhatToDo() throws IOException {
        assertThat(Observability.alerts()).hasSizeGreaterThan(20).allSatisfy(alert -> {
            assertThat(alert.getJsonObject("labels").getString("severity")).isIn("critical", "warning");
            JsonObject annotations = alert.getJsonObject("annotations");
            assertThat(annotations.getString("summary")).isNotBlank().hasSizeLessThan(80);
            assertThat(annotations.getString("description")).endsWith(".");
            String[] runbook = annotations.getString("runbook_url").split("#", 2);
            assertThat(anchors(ROOT.resolve(runbook[0])))
                    .as(alert.getString("alert"))
                    .contains(runbook[1]);
        });
    }

    @Test
    void everyMetricThatThePageSaysToAlertOnHasAnAlert() throws IOException {
        String expressions = Observability.alerts().stream()
                .map(alert -> alert.getString("expr"))
                .collect(Collectors.joining("\n"));
        Set<String> alerted = PromExpression.parse(expressions).selectors().stream()
                .map(selector -> selector.metric().replaceFirst("_(bucket|count|sum)$", ""))
                .collect(Collectors.toSet());
        List<MatchResult> rows = ALERTED_ROW
                .matcher(Files.readString(ROOT.resolve("docs/operations.md")))
                .results()
                .toList();

        assertThat(rows).hasSizeGreaterThan(20);
        assertThat(rows).allSatisfy(row -> assertThat(alerted).as(row.group(2)).contains(row.group(1)));
    }

    @Test
    void runbookQuotesTheLogAsItIs() throws IOException {
        String runbook = Files.readString(ROOT.resolve("docs/operations.md")).replaceFirst("(?s).*\\n## Runbook", "");
        List<String> quoted = QUOTED_LINE
                .matcher(runbook)
                .results()
                .map(line -> line.group(1))
                .filter(line -> line.matches("[A-Z][a-z]* .*"))
                .toList();
        String sources = sources();

        assertThat(quoted)
                .hasSizeGreaterThan(15)
                .allSatisfy(line -> assertThat(sources).contains(line));
    }

    @Test
    void everyAlertIsFiredByTheTestOfTheRules() throws IOException {
        String test = Files.readString(Observability.FOLDER.resolve("prometheus-rules-test.yaml"));

        assertThat(Observability.alerts())
                .allSatisfy(alert ->
                        assertThat(test).contains("labels: '{alertname=\"" + alert.getString("alert") + "\"}'"));
    }

    @Test
    void dashboardIsOneThatGrafanaImports() throws IOException {
        Set<String> places = new HashSet<>();
        assertThat(Observability.panels()).hasSizeBetween(15, 25).allSatisfy(panel -> {
            assertThat(panel.getString("title")).isNotBlank();
            assertThat(panel.getString("description")).endsWith(".");
            assertThat(panel.getJsonObject("datasource").getString("uid")).isEqualTo("${datasource}");
            assertThat(panel.getJsonObject("fieldConfig")
                            .getJsonObject("defaults")
                            .getString("unit"))
                    .isNotBlank();
            JsonObject grid = panel.getJsonObject("gridPos");
            assertThat(grid.getInteger("x") + grid.getInteger("w")).isLessThanOrEqualTo(24);
            for (int x = 0; x < grid.getInteger("w"); x++) {
                for (int y = 0; y < grid.getInteger("h"); y++) {
                    assertThat(places.add((grid.getInteger("x") + x) + "/" + (grid.getInteger("y") + y)))
                            .as("%s lies on another panel", panel.getString("title"))
                            .isTrue();
                }
            }
        });
        assertThat(Observability.objects(Observability.dashboard().getJsonArray("panels")))
                .extracting(panel -> panel.getInteger("id"))
                .doesNotHaveDuplicates();
        assertThat(Observability.objects(
                        Observability.dashboard().getJsonObject("templating").getJsonArray("list")))
                .extracting(variable -> variable.getString("name"))
                .containsExactly("datasource", "job", "instance");
    }

    @Test
    void scrapeExampleUsesTheRulesAndTheirJob() throws IOException {
        JsonObject config = Observability.yaml("prometheus.yaml");

        assertThat(config.getJsonArray("rule_files")).containsExactly("prometheus-rules.yaml");
        assertThat(Observability.objects(config.getJsonArray("scrape_configs")))
                .extracting(job -> job.getString("job_name"))
                .containsExactly(Observability.JOB);
    }

    /** Where promtool is installed (Debian: package prometheus), it has the last word on syntax and on what fires. */
    @Test
    void promtoolAgrees() throws Exception {
        Optional<String> promtool = promtool();
        if (promtool.isPresent()) {
            assertThat(run(promtool.get(), "check", "config", "prometheus.yaml"))
                    .contains("SUCCESS");
            assertThat(run(promtool.get(), "test", "rules", "prometheus-rules-test.yaml"))
                    .contains("SUCCESS");
        }
    }

    private static Optional<String> promtool() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(Observability.FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String module : List.of("launcher", "flight-verticle", "relay-verticle", "payment-verticle", "inbox")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    all.append(Files.readString(file));
                }
            }
        }
        return all.toString();
    }

    /** As GitHub makes them of headings. */
    private static List<String> anchors(Path page) throws IOException {
        return HEADING.matcher(Files.readString(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .toList();
    }
}
