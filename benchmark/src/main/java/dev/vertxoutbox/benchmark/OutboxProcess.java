package dev.vertxoutbox.benchmark;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The fat jar with some or all roles as one process of its own. */
final class OutboxProcess implements AutoCloseable {
    /** The collector is what the JVM takes by itself in a container of less than two cores or 1,792 MiB. */
    static final List<String> JVM_OPTIONS = List.of("-Xmx512m", "-XX:+UseSerialGC");

    private static final Pattern READY = Pattern.compile(" ready .*");
    private static final Pattern MANAGEMENT = Pattern.compile(" management http://[^ :]+:(\\d+)");
    private static final Pattern FLIGHT_READY = Pattern.compile("\\bflight ready http://[^ :]+:(\\d+)");

    private final ChildProcess process;

    private OutboxProcess(ChildProcess process) {
        this.process = process;
    }

    /** Starts all roles with these variables and no others; all they print goes to {@code log}. */
    static OutboxProcess start(Path jar, Path log, Map<String, String> environment) {
        return start(jar, log, environment, JVM_OPTIONS, List.of());
    }

    /** The same for some roles. */
    static OutboxProcess start(
            Path jar, Path log, Map<String, String> environment, List<String> jvmOptions, List<String> roles) {
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " does not exist: run mvn package -DskipTests");
        }
        List<String> command = new ArrayList<>(jvmOptions);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(roles);
        return new OutboxProcess(ChildProcess.java(log, environment, command));
    }

    /** Waits until all roles serve, which they say together, and returns where the booking API is. */
    URI awaitReady() {
        return URI.create(
                "http://127.0.0.1:" + process.awaitOutput(FLIGHT_READY).group(1));
    }

    /** Waits until it serves, and returns its management port. */
    int awaitManagementPort() {
        return Integer.parseInt(process.awaitOutput(MANAGEMENT).group(1));
    }

    /** Waits until a process without the role flight serves. */
    OutboxProcess awaitServing() {
        process.awaitOutput(READY);
        return this;
    }

    ChildProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
