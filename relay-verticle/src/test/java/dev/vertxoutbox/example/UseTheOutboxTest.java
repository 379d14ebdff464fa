package dev.vertxoutbox.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.relay.RelayConfig;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class UseTheOutboxTest {

    /** The working directory of tests is the module's. */
    private static final Path PAGE = Path.of("..", "docs", "use-the-outbox.md");

    private static final Path EXAMPLE = Path.of("src/test/java/dev/vertxoutbox/example/OrderService.java");
    private static final Path MIGRATIONS = Path.of("..", "outbox", "src/main/resources/db/outbox");

    @Test
    void pageShowsTheServiceThatIsCompiledAndRun() throws IOException {
        assertThat(Files.readString(PAGE)).contains("```java\n" + Files.readString(EXAMPLE) + "```\n");
    }

    @Test
    void pageMakesTheTableThatTheServiceIsRunWith() throws IOException {
        assertThat(Files.readString(PAGE)).contains("```sql\n" + OrderServiceIT.TABLE + ";\n```\n");
    }

    @Test
    void pageListsEverySetting() throws IOException {
        List<String> listed = Pattern.compile("(?m)^\\| `(\\w+)` \\|")
                .matcher(section("## 6. Run the relay"))
                .results()
                .map(row -> row.group(1))
                .filter(name -> !name.equals(RelayConfig.class.getSimpleName()))
                .toList();

        assertThat(listed)
                .containsExactlyElementsOf(Arrays.stream(RelayConfig.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());
    }

    @Test
    void pageRunsEveryMigrationInItsOrder() throws IOException {
        List<String> named = Pattern.compile("-f db/outbox/(\\S+)")
                .matcher(Files.readString(PAGE))
                .results()
                .map(file -> file.group(1))
                .toList();

        try (var files = Files.list(MIGRATIONS)) {
            assertThat(named)
                    .containsExactlyElementsOf(files.map(file -> String.valueOf(file.getFileName()))
                            .sorted()
                            .toList());
        }
    }

    private static String section(String heading) throws IOException {
        String text = Files.readString(PAGE);
        String from = text.substring(text.indexOf(heading) + heading.length());
        return from.substring(0, from.indexOf("\n## "));
    }
}
