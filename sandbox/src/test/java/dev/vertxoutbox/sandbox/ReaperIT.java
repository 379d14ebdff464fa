package dev.vertxoutbox.sandbox;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReaperIT {

    @TempDir
    Path temporary = Path.of("");

    @Test
    void aKilledJvmLeavesNeitherServerNorFiles() throws Exception {
        Process jvm = startJvmWithPostgres();
        try (InputStream output = jvm.getInputStream()) {
            assertThat(output.read()).isEqualTo('!');
        }
        ProcessHandle postgres = ProcessHandle.of(processId()).orElseThrow();

        jvm.destroyForcibly();

        await().atMost(15, SECONDS)
                .until(() -> !postgres.isAlive() && children().isEmpty());
    }

    private Process startJvmWithPostgres() throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-Dot.epg.working-dir=" + Path.of(System.getProperty("java.io.tmpdir"), "embedded-pg"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName())
                .redirectError(Redirect.INHERIT)
                .start();
    }

    private long processId() throws IOException {
        Path file = children().get(0).resolve("data/postmaster.pid");
        return Long.parseLong(Files.readAllLines(file).get(0));
    }

    private List<Path> children() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> file.getFileName().toString().startsWith("sandbox-postgres-"))
                    .toList();
        }
    }

    /** The JVM that gets killed. */
    static final class Main {

        private Main() {}

        public static void main(String[] arguments) throws Exception {
            assertThat(LocalPostgres.launch().port()).isPositive();
            System.out.write('!');
            System.out.flush();
            Thread.currentThread().join();
        }
    }
}
