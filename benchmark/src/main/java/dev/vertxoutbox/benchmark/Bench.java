package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.sandbox.Queues;
import dev.vertxoutbox.sandbox.Sandbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What the measurements share: PostgreSQL, the stub, and roles of the fat jar, each a process of its own.
 */
final class Bench implements AutoCloseable {
    private final Path root;
    private final Sandbox sandbox = Sandbox.onDemand();
    private final Database database;
    private final Stub stub;
    private final Backlog backlog;

    Bench(Path root) {
        this.root = root;
        this.database = new Database(sandbox.postgres());
        this.stub = Stub.start(logs());
        this.backlog = new Backlog(database, stub);
    }

    Path root() {
        return root;
    }

    Sandbox sandbox() {
        return sandbox;
    }

    Path jar() {
        return root.resolve("launcher/target/outbox.jar");
    }

    Path logs() {
        return root.resolve("benchmark/target/logs");
    }

    Database database() {
        return database;
    }

    Stub stub() {
        return stub;
    }

    Backlog backlog() {
        return backlog;
    }

    /** A relay that serves, with default configuration. */
    OutboxProcess relay() {
        return relay(Backlog.TOPIC, OutboxProcess.JVM_OPTIONS);
    }

    /** One that sends this topic's events to the stub. */
    OutboxProcess relay(String topic, List<String> jvmOptions) {
        return start("relay-0", topic, jvmOptions, Map.of()).awaitServing();
    }

    /** So many, which start side by side, with some variables of their own. */
    List<OutboxProcess> relays(int count, Map<String, String> variables) {
        List<OutboxProcess> relays = IntStream.range(0, count)
                .mapToObj(n -> start("relay-" + n, Backlog.TOPIC, OutboxProcess.JVM_OPTIONS, variables))
                .toList();
        relays.forEach(OutboxProcess::awaitServing);
        return relays;
    }

    private OutboxProcess start(String name, String topic, List<String> jvmOptions, Map<String, String> variables) {
        Map<String, String> environment = new HashMap<>(database.environment());
        environment.putAll(stub.environment());
        environment.put("RELAY_ROUTES", topic + "=" + stub.queueUrl());
        environment.put("MANAGEMENT_PORT", "0");
        Settings.environment("RELAY_").forEach(environment::put);
        environment.putAll(variables);
        return OutboxProcess.start(jar(), logs().resolve(name + ".log"), environment, jvmOptions, List.of("relay"));
    }

    /** The whole system as one process with default configuration; its queues are ElasticMQ's. */
    OutboxProcess allRoles(String database) {
        Queues queues = sandbox.queues();
        Map<String, String> environment = new HashMap<>(sandbox.postgres().environment(database));
        environment.putAll(queues.environment());
        environment.put("FLIGHT_QUEUE_URL", queues.createFifo("flight-events"));
        environment.put("PAYMENT_QUEUE_URL", queues.createFifo("payment-events"));
        environment.put("HTTP_PORT", "0");
        environment.put("MANAGEMENT_PORT", "0");
        return OutboxProcess.start(jar(), logs().resolve("system.log"), environment);
    }

    /**
     * Lets a new backlog go and measures until all of it is acknowledged, or until the limit whatever is.
     *
     * @param relays those that serve, for their CPU time
     */
    Round drain(String variant, List<OutboxProcess> relays, Backlog.Size size, int delayMillis, Duration limit) {
        backlog.insert(size);
        stub.reset(delayMillis);
        Round.Meter cpu = new Round.Meter(
                this, relays.stream().map(OutboxProcess::process).toList());
        backlog.release();
        Stub.Report report = stub.await(size.events(), limit);
        Round round = new Round(variant, report, cpu.read());
        if (report.events() == size.events()) {
            backlog.awaitEmpty();
        }
        return round;
    }

    @Override
    public void close() {
        stub.close();
        database.close();
        sandbox.close();
    }
}
