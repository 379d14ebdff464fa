package dev.vertxoutbox.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code java -jar outbox.jar} as a process of its own. What it writes goes to {@code target/logs/<name>.log} and
 * {@code .err}. It never outlives its {@link #close}, nor this JVM unless that is killed.
 */
final class OutboxProcess implements AutoCloseable {
    static final int HEAP_MEGABYTES = 128;

    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    /** Another one can be given, to see that its bugs are found. */
    private static final Path JAR = Path.of(System.getProperty(
            "outbox.jar",
            MODULE.resolveSibling("launcher").resolve("target/outbox.jar").toString()));
    /** Classes as the JVM has them in memory: a process that maps them starts with half the work. */
    private static final Path ARCHIVE = Path.of(JAR.toString().replaceFirst("\\.jar$", ".jsa"));

    static final Path LOGS = MODULE.resolve("target/logs");
    private static final Duration START = Duration.ofSeconds(60);
    private static final long STOP_SECONDS = 35;
    private static final Pattern READY = Pattern.compile(
            "\\b(?:ledger ready|\\w+ ready(?: http://[^ :]+:(?<http>\\d+))? management http://[^ :]+:(?<management>\\d+))");
    private static final Pattern BLOCKED = Pattern.compile("BlockedThreadChecker|has been blocked for");

    /**
     * But for one of the driver's pool, which gives up the wait for a connection that has just ended: who waited has been
     * answered, and nothing is left undone.
     *
     * @see <a href="https://github.com/eclipse-vertx/vertx-sql-client/issues/1567">vertx-sql-client 1567</a>
     */
    private static final Pattern UNHANDLED = Pattern.compile(
            "Unhandled exception(?!\\s+java\\.lang\\.IllegalStateException: Promise already completed\\s+at \\S+Promise\\.fail\\S+"
                    + "\\s+at io\\.vertx\\.sqlclient\\.impl\\.pool\\.SqlConnectionPool\\$1PoolRequest)");

    private final Process process;
    private final Path out;
    private final Path err;
    private final Thread reaper;
    private boolean mayBlock;

    private OutboxProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
        this.reaper = new Thread(process::destroyForcibly, "reaper");
        Runtime.getRuntime().addShutdownHook(reaper);
    }

    /** Brings the database up to date; returns when that is done. The first call makes the archive of classes as well. */
    static void migrate(String name, Map<String, String> environment) {
        if (hasArchive()) {
            try (OutboxProcess migrate = start(name, HEAP_MEGABYTES, environment, "migrate")) {
                assertThat(migrate.awaitExit()).as("exit code of migrate").isZero();
            }
            return;
        }
        Path draft = ARCHIVE.resolveSibling(
                ARCHIVE.getFileName() + "." + ProcessHandle.current().pid());
        List<String> allRoles = List.of("-XX:ArchiveClassesAtExit=" + draft, "-jar", JAR.toString());
        try (OutboxProcess all = launch(name, HEAP_MEGABYTES, environment, allRoles)) {
            all.allowBlockedThreads();
            all.awaitReady(3).terminate();
            assertThat(all.awaitExit()).as("exit code of all roles").isZero();
            Files.move(draft, ARCHIVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One of this jar; a former jar's is none. */
    private static boolean hasArchive() {
        return ARCHIVE.toFile().lastModified() > JAR.toFile().lastModified();
    }

    /** Starts the roles and returns at once; {@link #awaitReady} or {@link #awaitExit} tells how that went. */
    static OutboxProcess start(String name, int heapMegabytes, Map<String, String> environment, String... roles) {
        List<String> program = new ArrayList<>(List.of("-jar", JAR.toString()));
        program.addAll(List.of(roles));
        return launch(name, heapMegabytes, environment, program);
    }

    /** The same with a program of this module, on what is in the jar. */
    static OutboxProcess start(String name, int heapMegabytes, Map<String, String> environment, Class<?> program) {
        String ours =
                program.getProtectionDomain().getCodeSource().getLocation().getPath();
        return launch(
                name,
                heapMegabytes,
                environment,
                List.of("-classpath", JAR + File.pathSeparator + ours, program.getName()));
    }

    private static OutboxProcess launch(
            String name, int heapMegabytes, Map<String, String> environment, List<String> program) {
        assertThat(JAR)
                .as("the fat jar, built by: mvn package -pl launcher -am")
                .exists();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMegabytes + "m",
                // An exhausted heap must show as a dead process, not as a slow one.
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+UseSerialGC",
                // Starts in half the time, and most of these processes do not live long.
                "-XX:TieredStopAtLevel=1"));
        if (hasArchive()) {
            command.add("-XX:SharedArchiveFile=" + ARCHIVE);
        }
        command.addAll(program);
        Path out = LOGS.resolve(name + ".log");
        Path err = LOGS.resolve(name + ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            Files.createDirectories(out.getParent());
            return new OutboxProcess(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns when so many roles have said that they serve; fails when the process ends before. */
    OutboxProcess awaitReady(int roles) {
        await("ready line in " + out)
                .atMost(START)
                .pollInterval(Duration.ofMillis(20))
                .failFast("process has exited, see " + out + " and " + err, () -> !process.isAlive())
                .until(() -> READY.matcher(output()).results().count() >= roles);
        return this;
    }

    /** Where the flight role serves. */
    URI http() {
        return address("http");
    }

    /** Where the management server is. */
    URI management() {
        return address("management");
    }

    private URI address(String group) {
        Matcher ready = READY.matcher(output());
        while (ready.find()) {
            if (ready.group(group) != null) {
                return URI.create("http://127.0.0.1:" + ready.group(group));
            }
        }
        throw new AssertionError("No ready line with a " + group + " address in " + out);
    }

    String output() {
        return read(out);
    }

    String errorOutput() {
        return read(err);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** SIGTERM; returns at once, while the process drains. */
    void terminate() {
        process.destroy();
    }

    /** For one that stands still, or shares the cores with too many others: its threads may seem blocked. */
    void allowBlockedThreads() {
        mayBlock = true;
    }

    /** SIGSTOP: the process stands still until {@link #goOn}. It may report blocked threads when it goes on. */
    void suspend() {
        allowBlockedThreads();
        signal("STOP");
    }

    /** SIGCONT. */
    void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            assertThat(kill.waitFor()).as("exit code of kill").isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a process was told to " + name, e);
        }
    }

    /** The exit code of a process that ends by itself or was terminated. */
    int awaitExit() {
        try {
            assertThat(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS))
                    .as("process of %s ends within %s s", out, STOP_SECONDS)
                    .isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for a process to end", e);
        }
    }

    /**
     * Ends the process if it still runs. Fails if it ever reported an exception that nobody handled, which may have left
     * something undone for good, or a blocked thread that it should not have.
     */
    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(reaper);
        } catch (IllegalStateException e) {
            // The JVM is ending already.
        }
        String printed = output() + errorOutput();
        assertThat(UNHANDLED.matcher(printed).find())
                .as("unhandled exception in " + out)
                .isFalse();
        assertThat(!mayBlock && BLOCKED.matcher(printed).find())
                .as("blocked thread in " + out)
                .isFalse();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
