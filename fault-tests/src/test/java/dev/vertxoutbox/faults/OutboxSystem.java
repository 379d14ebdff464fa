package dev.vertxoutbox.faults;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.TestQueues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One deployment: a database that the {@code migrate} process has filled, a pair of queues, and processes. */
final class OutboxSystem implements AutoCloseable {
    private static final String PASSWORD = "secret";

    private final String name;
    private final Map<String, String> environment = new HashMap<>();
    private final List<OutboxProcess> processes = new ArrayList<>();
    private final Sql sql;

    private OutboxSystem(String name, Sandbox sandbox, TestQueues queues) {
        this.name = name;
        environment.putAll(sandbox.postgres().environment(sandbox.postgres().createEmptyDatabase()));
        environment.putAll(queues.environment());
        environment.put("HTTP_PORT", "0");
        environment.put("MANAGEMENT_PORT", "0");
        environment.put("CONSUMER_WAIT_SECONDS", "1");
        sql = new Sql(Map.copyOf(environment));
    }

    /** A migrated database with a user for each role, who has the rights of that role's group and no other. */
    static OutboxSystem migrated(String name, Sandbox sandbox, TestQueues queues) {
        OutboxSystem system = new OutboxSystem(name, sandbox, queues);
        OutboxProcess.migrate(name + "-migrate", system.environment);
        for (String role : List.of("flight", "relay", "payment")) {
            system.sql.execute("""
                    DO $$ BEGIN
                        CREATE ROLE %1$s_login LOGIN PASSWORD '%2$s' IN ROLE %1$s_app;
                    EXCEPTION WHEN duplicate_object THEN NULL;
                    END $$""".formatted(role, PASSWORD));
        }
        return system;
    }

    /** Starts one role, as its own database user, and waits until it serves. */
    OutboxProcess start(String role) {
        return start(role, Map.of());
    }

    /** The same with more variables. */
    OutboxProcess start(String role, Map<String, String> variables) {
        return begin(role, variables).awaitReady(1);
    }

    /** The same without waiting. */
    OutboxProcess begin(String role, Map<String, String> variables) {
        return begin(role, OutboxProcess.HEAP_MEGABYTES, variables);
    }

    /** The same with another heap. */
    OutboxProcess begin(String role, int heapMegabytes, Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(Map.of("PGUSER", role + "_login", "PGPASSWORD", PASSWORD));
        all.putAll(variables);
        return launch(heapMegabytes, all, role);
    }

    /** Starts a process as the database's owner. */
    OutboxProcess launch(Map<String, String> variables, String... roles) {
        return launch(OutboxProcess.HEAP_MEGABYTES, variables, roles);
    }

    private OutboxProcess launch(int heapMegabytes, Map<String, String> variables, String... roles) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(variables);
        String log =
                "%s-%02d-%s".formatted(name, processes.size(), roles.length == 0 ? "all" : String.join("-", roles));
        OutboxProcess process = OutboxProcess.start(log, heapMegabytes, all, roles);
        processes.add(process);
        return process;
    }

    Sql sql() {
        return sql;
    }

    /** Ends all processes; fails if one of them reported a blocked thread. */
    @Override
    public void close() {
        List<AssertionError> failures = new ArrayList<>();
        for (OutboxProcess process : processes) {
            try {
                process.close();
            } catch (AssertionError e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }
}
