package dev.vertxoutbox.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

class ComposeTest {
    private static final List<String> ROLES = List.of("migrate", "flight", "relay", "payment");

    /** Of the SDK's credential chain. */
    private static final Set<String> CREDENTIALS = Set.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");

    private final Map<String, Object> services = map(read(Path.of("compose.yaml")), "services");

    ComposeTest() throws IOException {}

    @Test
    void everythingThatIsNeededRuns() {
        assertThat(services)
                .containsOnlyKeys(
                        "jar",
                        "postgres",
                        "elasticmq",
                        "migrate",
                        "flight",
                        "relay",
                        "payment",
                        "prometheus",
                        "grafana");
    }

    /** A profile: only who names the service runs it. */
    @Test
    void jarIsBuiltWhenAskedForAlone() {
        Map<String, Object> jar = map(services, "jar");

        assertThat(jar)
                .containsEntry("profiles", List.of("jar"))
                .containsEntry("working_dir", "/project")
                .containsEntry("volumes", List.of("..:/project", "maven:/root/.m2"));
        assertThat(services.entrySet())
                .filteredOn(service -> !service.getKey().equals("jar"))
                .allSatisfy(
                        service -> assertThat(map(services, service.getKey())).doesNotContainKey("profiles"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"migrate", "flight", "relay", "payment"})
    void containerIsAsItIsOnFargate(String role) {
        Map<String, Object> service = map(services, role);

        assertThat(service)
                .containsEntry("command", List.of(role))
                .containsEntry("read_only", true)
                .containsEntry("tmpfs", List.of("/tmp"))
                .containsEntry("cap_drop", List.of("ALL"))
                .containsEntry("mem_limit", "512m")
                .doesNotContainKey("user");
        assertThat(map(service, "build")).containsEntry("target", "app");
    }

    @Test
    void variablesAreThoseOfTheReadme() throws IOException {
        Set<String> known = new TreeSet<>(CREDENTIALS);
        Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|")
                .matcher(Files.readString(Path.of("..", "README.md")))
                .results()
                .map(row -> row.group(1))
                .forEach(known::add);
        assertThat(known).contains("PGHOST", "LOG_FORMAT");

        for (String role : ROLES) {
            assertThat(known)
                    .as(role)
                    .containsAll(map(map(services, role), "environment").keySet());
        }
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void serviceLogsInAsItselfWithThePasswordThatMigrateSets(Service service) {
        Map<String, Object> environment = map(map(services, service.role()), "environment");

        assertThat(environment).containsEntry("PGUSER", service.databaseUser());
        assertThat(environment.get("PGPASSWORD"))
                .isEqualTo(map(map(services, "migrate"), "environment").get(service.passwordVariable()));
        assertThat(map(map(map(services, service.role()), "depends_on"), "migrate"))
                .containsEntry("condition", "service_completed_successfully");
    }

    @Test
    void managementPortsAreOnLoopbackAlone() {
        List<String> open = new ArrayList<>();
        services.values().forEach(service -> {
            if (service instanceof Map<?, ?> fields && fields.get("ports") instanceof List<?> ports) {
                ports.forEach(port -> open.add(port.toString()));
            }
        });

        assertThat(open)
                .isNotEmpty()
                .filteredOn(port -> !port.startsWith("127.0.0.1:"))
                .containsExactly("8080:8080");
    }

    @Test
    void mountedFilesExist() {
        List<Path> mounted = new ArrayList<>();
        services.values().forEach(service -> {
            if (service instanceof Map<?, ?> fields && fields.get("volumes") instanceof List<?> volumes) {
                volumes.forEach(volume -> mounted.add(Path.of(volume.toString().split(":", 2)[0])));
            }
        });

        assertThat(mounted)
                .filteredOn(file -> !List.of(Path.of(".."), Path.of("maven")).contains(file))
                .hasSizeGreaterThan(4)
                .allSatisfy(file -> assertThat(file).isRegularFile());
    }

    @Test
    void baseImagesOfTheDockerfileCanAllBeChosen() throws IOException {
        String dockerfile = Files.readString(Path.of("Dockerfile"));
        List<String> arguments = Pattern.compile("(?m)^ARG (\\w+)=(\\S+)$")
                .matcher(dockerfile)
                .results()
                .map(ComposeTest::argument)
                .toList();

        assertThat(map(map(map(services, "flight"), "build"), "args").entrySet())
                .extracting(argument ->
                        argument.getKey() + "=" + argument.getValue().toString().replaceAll(".*:-(.*)}", "$1"))
                .containsExactlyInAnyOrderElementsOf(arguments);
        assertThat(dockerfile.lines().filter(line -> line.startsWith("FROM ") && !line.startsWith("FROM ${")))
                .containsExactly("FROM app AS aws");
        assertThat(dockerfile).doesNotContain("# syntax=").contains("USER 10001:10001", "ENTRYPOINT [\"");
    }

    private static String argument(MatchResult found) {
        return found.group(1) + "=" + found.group(2);
    }

    private static Map<String, Object> read(Path file) throws IOException {
        return new Yaml().load(Files.readString(file));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Map<String, Object> in, String key) {
        Object value = in.get(key);
        assertThat(value).as(key).isInstanceOf(Map.class);
        return (Map<String, Object>) value;
    }
}
