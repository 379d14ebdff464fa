package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    /** The working directory of tests is the module's. */
    private static final Path README = Path.of("..", "README.md");

    @Test
    void configurationTableIsTheListInTheCode() throws IOException {
        String text = Files.readString(README);
        List<String> rows = text.substring(text.indexOf("\n## Configuration\n"))
                .lines()
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(
                        Arrays.stream(Variable.values()).map(ReadmeTest::row).toList());
    }

    @Test
    void helpListsEveryVariableAndRole() {
        assertThat(Usage.text())
                .contains(Arrays.stream(Variable.values()).map(Variable::name).toList())
                .contains(Arrays.stream(Role.values()).map(Role::word).toList());
    }

    private static String row(Variable variable) {
        return "| `%s` | %s | %s |".formatted(variable, variable.fallback(), variable.description());
    }
}
