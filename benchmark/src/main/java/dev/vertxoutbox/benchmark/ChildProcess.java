package dev.vertxoutbox.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A JVM of its own. It ends with {@link #close}, or with this one. */
final class ChildProcess implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofMinutes(5);

    private final Process process;
    private final Path log;

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "reaper"));
    }

    /**
     * Starts {@code java} with these arguments and these variables and no others; all it prints goes to {@code log}.
     */
    static ChildProcess java(Path log, Map<String, String> environment, List<String> arguments) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            ProcessBuilder builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString());
            builder.command().addAll(arguments);
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            return new ChildProcess(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A main of this module, with its class path. */
    static ChildProcess main(Path log, Class<?> main, List<String> jvmOptions, List<String> arguments) {
        return main(log, main, jvmOptions, Map.of(), arguments);
    }

    /** The same with these variables. */
    static ChildProcess main(
            Path log, Class<?> main, List<String> jvmOptions, Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(jvmOptions);
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return java(log, environment, command);
    }

    /** Waits until it has printed what matches. */
    Matcher awaitOutput(Pattern pattern) {
        Matcher[] found = new Matcher[1];
        Waiting.until(pattern + " in " + log, ANSWER, Duration.ofMillis(20), () -> {
            found[0] = pattern.matcher(output());
            return found[0].find() || !process.isAlive();
        });
        found[0] = pattern.matcher(output());
        if (!found[0].find()) {
            throw new IllegalStateException("The process ended without " + pattern + "; it said:\n" + output());
        }
        return found[0];
    }

    /** Writes a line to its standard input. */
    void say(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** CPU time it has used. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    long pid() {
        return process.pid();
    }

    /** SIGSTOP: it stands still, and takes nothing from the others, until {@link #resume}. */
    void suspend() {
        signal("STOP");
    }

    /** SIGCONT. */
    void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("kill -" + name + " failed: has the process ended? See " + log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    /** Everything it has printed. */
    private String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL; returns when it is gone. What was measured needs no graceful end, which may take as long as a long poll. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
