package dev.vertxoutbox.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The role {@code flight} as a process of its own; its queue of payment events is empty. */
final class FlightProcess implements AutoCloseable {
    private final OutboxProcess process;
    private final int port;

    private FlightProcess(OutboxProcess process) {
        this.process = process;
        this.port = process.awaitReady().getPort();
    }

    /** One of this build. */
    static FlightProcess start(Bench bench, String name, List<String> jvmOptions) {
        return start(bench, bench.jar(), name, jvmOptions);
    }

    /** One of any build. */
    static FlightProcess start(Bench bench, Path jar, String name, List<String> jvmOptions) {
        bench.stub().fill(0, 1, 0);
        Map<String, String> environment = new HashMap<>(bench.database().environment());
        environment.putAll(bench.stub().environment());
        environment.put("PAYMENT_QUEUE_URL", bench.stub().queueUrl());
        environment.put("HTTP_PORT", "0");
        environment.put("MANAGEMENT_PORT", "0");
        Settings.environment("FLIGHT_").forEach(environment::put);
        return new FlightProcess(OutboxProcess.start(
                jar, bench.logs().resolve(name + ".log"), environment, jvmOptions, List.of("flight")));
    }

    int port() {
        return port;
    }

    int managementPort() {
        return process.awaitManagementPort();
    }

    ChildProcess process() {
        return process.process();
    }

    Duration cpu() {
        return process.process().cpu();
    }

    /** Memory it has and had at most, in MiB: VmRSS and VmHWM of the kernel. */
    long memoryMiB(String field) {
        try {
            return Files.readAllLines(Path.of("/proc/" + process().pid() + "/status")).stream()
                    .filter(line -> line.startsWith(field + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
