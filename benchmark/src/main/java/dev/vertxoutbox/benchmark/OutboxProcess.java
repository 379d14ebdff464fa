package dev.vertxoutbox.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fat jar with all roles as one process of its own. It ends with {@link #close}, or with this JVM. */
final class OutboxProcess implements AutoCloseable {
    static final List<String> JVM_OPTIONS = List.of("-Xmx512m");

    private static final Duration START = Duration.ofMinutes(2);
    private static final long STOP_SECONDS = 35;
    private static final Pattern READY = Pattern.compile("\\bflight ready http://[^ :]+:(\\d+)");

    private final Process process;
    private final Path log;

    private OutboxProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "reaper"));
    }

    /** Starts it with these variables and no others; all it prints goes to {@code log}. */
    static OutboxProcess start(Path jar, Path log, Map<String, String> environment) throws IOException {
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " does not exist: run mvn package -DskipTests");
        }
        Files.createDirectories(log.toAbsolutePath().getParent());
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.command().addAll(JVM_OPTIONS);
        builder.command().addAll(List.of("-jar", jar.toString()));
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new OutboxProcess(builder.start(), log);
    }

    /** Waits until all roles serve, which they say together, and returns where the booking API is. */
    URI awaitReady() {
        Matcher[] found = new Matcher[1];
        Waiting.until("the ready line in " + log, START, Duration.ofMillis(50), () -> {
            found[0] = READY.matcher(output());
            return found[0].find() || !process.isAlive();
        });
        if (!process.isAlive()) {
            throw new IllegalStateException("The system did not start; it said:\n" + output());
        }
        return URI.create("http://127.0.0.1:" + found[0].group(1));
    }

    /** Everything it has printed. */
    private String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM, and SIGKILL for one that does not end. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
