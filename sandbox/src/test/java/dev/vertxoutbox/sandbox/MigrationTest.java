package dev.vertxoutbox.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationTest {

    private final ClassLoader usual = Thread.currentThread().getContextClassLoader();

    @TempDir
    Path directory = Path.of("");

    @AfterEach
    void restoreClassPath() {
        Thread.currentThread().setContextClassLoader(usual);
    }

    @Test
    void schemasComeInTheOrderOfTheirNeedsAndVersionsInTheOrderOfTheirNumbers() throws IOException {
        file("payment", "V1__p.sql");
        file("flight", "V10__f.sql");
        file("flight", "V9__f.sql");
        file("outbox", "V1__o.sql");

        assertThat(names())
                .containsExactly(
                        "db/outbox/V1__o.sql", "db/flight/V9__f.sql", "db/flight/V10__f.sql", "db/payment/V1__p.sql");
    }

    @Test
    void aModuleThatIsThereAsClassesAndAsJarIsReadOnce() throws IOException {
        file("flight", "V1__f.sql");
        Path jar = directory.resolve("flight module.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String name : List.of("db/", "db/flight/", "db/flight/V1__f.sql", "db/flight/V2__only_in_jar.sql")) {
                out.putNextEntry(new JarEntry(name));
            }
        }

        assertThat(names(jar)).containsExactly("db/flight/V1__f.sql", "db/flight/V2__only_in_jar.sql");
    }

    @Test
    void twoMigrationsOfOneVersionAreRefused() throws IOException {
        file("flight", "V1__one.sql");
        file("flight", "V1__other.sql");

        assertThatThrownBy(this::names).hasMessageContaining("V1__one.sql").hasMessageContaining("V1__other.sql");
    }

    @Test
    void aFileThatIsNoMigrationIsRefused() throws IOException {
        file("flight", "v1_flight.sql");

        assertThatThrownBy(this::names).hasMessageContaining("db/flight/v1_flight.sql");
    }

    private void file(String schema, String name) throws IOException {
        Path folder = Files.createDirectories(directory.resolve("db").resolve(schema));
        Files.writeString(folder.resolve(name), "SELECT 1");
    }

    private List<String> names(Path... jars) throws IOException {
        URL[] urls = new URL[1 + jars.length];
        urls[0] = directory.toUri().toURL();
        for (int i = 0; i < jars.length; i++) {
            urls[i + 1] = jars[i].toUri().toURL();
        }
        try (URLClassLoader classPath = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(classPath);
            return Migration.all().stream().map(Migration::name).toList();
        }
    }
}
