package dev.vertxoutbox.sandbox;

import java.util.concurrent.CompletableFuture;

/**
 * One PostgreSQL and one SQS endpoint, for one JVM.
 *
 * <p>The system property {@code sandbox} chooses where they run: {@code embedded} (the default) or {@code containers}.
 * Whatever ends the JVM, even SIGKILL, ends them too and deletes what they stored.
 */
public final class Sandbox implements AutoCloseable {

    private final Lazy<Postgres> postgres;
    private final Lazy<Queues> queues;

    private Sandbox(Servers servers) {
        postgres = new Lazy<>(() -> new Postgres(servers.postgres()), Postgres::close);
        queues = new Lazy<>(() -> new Queues(servers.sqs()), Queues::close);
    }

    /**
     * Starts both servers at the same time and returns when they serve, after a few seconds.
     *
     * @throws RuntimeException when one does not start, for instance when containers were asked for without Docker
     */
    public static Sandbox start() {
        Sandbox sandbox = onDemand();
        CompletableFuture<Postgres> database = CompletableFuture.supplyAsync(sandbox::postgres);
        sandbox.queues();
        database.join();
        return sandbox;
    }

    /** Starts each server when it is first asked for, for those who need only one of them. */
    public static Sandbox onDemand() {
        return new Sandbox(Servers.configured());
    }

    /** The database server; the first call may have to start it. */
    public Postgres postgres() {
        return postgres.get();
    }

    /** The queues; the first call may have to start their server. */
    public Queues queues() {
        return queues.get();
    }

    /** Stops both servers and deletes all they hold. */
    @Override
    public void close() {
        try {
            queues.close();
        } finally {
            postgres.close();
        }
    }
}
