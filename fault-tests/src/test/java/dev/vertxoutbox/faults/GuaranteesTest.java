package dev.vertxoutbox.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds docs/guarantees.md to the tests and the planted bugs that it names. */
class GuaranteesTest {
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    private static final Path ROOT = MODULE.resolve("..").normalize();
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:IT|Test))(?:\\.(\\w+))?`");

    private static String page = "";
    private static List<Path> tests = List.of();

    @BeforeAll
    static void read() throws IOException {
        page = Files.readString(ROOT.resolve("docs/guarantees.md"));
        try (Stream<Path> files = Files.walk(ROOT)) {
            tests = files.filter(file -> file.toString().contains("/src/test/java/"))
                    .filter(file -> file.toString().endsWith(".java"))
                    .toList();
        }
    }

    @Test
    void everyTestThatIsNamedExists() {
        List<MatchResult> named = NAMED.matcher(page).results().toList();

        assertThat(named).hasSizeGreaterThan(40);
        assertThat(named)
                .allSatisfy(name -> assertThat(sources(name.group(1)))
                        .as(name.group())
                        .anySatisfy(source -> assertThat(source)
                                .contains(name.group(2) == null ? "@Test" : "void " + name.group(2) + "(")));
    }

    @Test
    void everyScenarioHasATest() {
        List<String> rows = page.lines().filter(line -> line.startsWith("| ")).toList();

        assertThat(IntStream.rangeClosed(1, 14).boxed())
                .allSatisfy(scenario -> assertThat(rows)
                        .anySatisfy(row -> assertThat(row)
                                .startsWith("| " + scenario + " |")
                                .containsPattern(NAMED)));
    }

    @Test
    void everyPlantedBugIsListedAndStillFitsTheCode() throws IOException {
        Set<String> planted = new TreeSet<>();
        try (Stream<Path> patches = Files.list(MODULE.resolve("mutations"))) {
            for (Path patch : patches.toList()) {
                planted.add(patch.getFileName().toString().replace(".patch", ""));
                assertThat(unknownLines(Files.readAllLines(patch)))
                        .as("lines of %s that the code does not have", patch)
                        .isEmpty();
            }
        }
        Set<String> listed = Pattern.compile("\\| `([a-z-]+)` \\|")
                .matcher(page)
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(listed).isEqualTo(planted).isNotEmpty();
    }

    private static List<String> sources(String test) {
        List<String> sources = new ArrayList<>();
        tests.stream().filter(file -> file.endsWith(test + ".java")).forEach(file -> sources.add(read(file)));
        return sources;
    }

    private static List<String> unknownLines(List<String> patch) {
        List<String> code = List.of();
        List<String> unknown = new ArrayList<>();
        for (String line : patch) {
            if (line.startsWith("--- a/")) {
                code = read(ROOT.resolve(line.substring(6))).lines().toList();
            } else if (line.startsWith("-") && !line.startsWith("---") && !code.contains(line.substring(1))) {
                unknown.add(line);
            }
        }
        return unknown;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
