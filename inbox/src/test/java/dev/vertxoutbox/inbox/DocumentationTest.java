package dev.vertxoutbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/use-the-inbox.md} shows the code that {@link UseTheInboxIT} runs. */
class DocumentationTest {
    static final Path PAGE = Path.of("../docs/use-the-inbox.md");
    private static final Path EXAMPLE = Path.of("src/test/java/dev/vertxoutbox/inbox/example/StockService.java");

    @Test
    void exampleOnThePageIsTheOneThatIsCompiledAndRun() throws IOException {
        String page = Files.readString(PAGE);
        String code = Files.readString(EXAMPLE).replaceFirst("(?s)^package [^\\n]*\\n\\n", "");

        assertThat(page).contains("```java\n" + code + "```");
    }
}
