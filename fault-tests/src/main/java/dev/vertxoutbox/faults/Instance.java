package dev.vertxoutbox.faults;

import dev.vertxoutbox.sandbox.TcpProxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One place for a process of a role, with its own ways to the database and to the queues, which stay when the process is
 * replaced.
 */
final class Instance implements AutoCloseable {
    private static final int HEAP_MEGABYTES = 96;

    private final String role;
    private final String name;
    private final String logs;
    private final Map<String, String> environment;
    private final TcpProxy database;
    private final SqsProxy queues;
    private final @Nullable TcpProxy clients;
    private final AtomicInteger generation = new AtomicInteger();
    private final List<OutboxProcess> former = new ArrayList<>();
    private @Nullable OutboxProcess process;

    /**
     * @param clients before its HTTP port, if it has one
     * @param logs directory of its logs, below those of all
     */
    Instance(
            String role,
            int number,
            String logs,
            Map<String, String> environment,
            TcpProxy database,
            SqsProxy queues,
            @Nullable TcpProxy clients) {
        this.role = role;
        this.name = role + "-" + number;
        this.logs = logs;
        this.database = database;
        this.queues = queues;
        this.clients = clients;
        this.environment = new HashMap<>(environment);
        this.environment.put("PGUSER", role + "_login");
        this.environment.put("PGPASSWORD", "secret");
        this.environment.put("PGHOST", "127.0.0.1");
        this.environment.put("PGPORT", Integer.toString(database.port()));
        this.environment.put("AWS_ENDPOINT_URL_SQS", queues.endpoint());
    }

    String name() {
        return name;
    }

    String role() {
        return role;
    }

    TcpProxy database() {
        return database;
    }

    SqsProxy queues() {
        return queues;
    }

    /** Null for one that serves no clients. */
    @Nullable
    TcpProxy clients() {
        return clients;
    }

    /** The one that runs, or the last one that did. */
    synchronized OutboxProcess process() {
        OutboxProcess current = process;
        if (current == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return current;
    }

    /** Starts a process, after the one before has ended; returns before it is ready. */
    synchronized void start() {
        OutboxProcess before = process;
        if (before != null) {
            former.add(before);
            before.awaitExit();
        }
        String log = logs + "/" + name + "-" + generation.incrementAndGet();
        OutboxProcess started = role.equals("ledger")
                ? OutboxProcess.start(log, HEAP_MEGABYTES, environment, Ledger.class)
                : OutboxProcess.start(log, HEAP_MEGABYTES, environment, role);
        started.allowBlockedThreads();
        process = started;
    }

    /** Closes all of it, also when a process is complained of, which is thrown then. */
    @Override
    public synchronized void close() {
        OutboxProcess current = process;
        try {
            if (current != null) {
                current.close();
            }
        } finally {
            closeRest();
        }
    }

    /** The ways are closed last: a process that lost them would have reason to complain. */
    private void closeRest() {
        try {
            former.forEach(OutboxProcess::close);
        } finally {
            database.close();
            queues.close();
            if (clients != null) {
                clients.close();
            }
        }
    }
}
