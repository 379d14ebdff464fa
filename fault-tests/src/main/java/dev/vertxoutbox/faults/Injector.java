package dev.vertxoutbox.faults;

import dev.vertxoutbox.sandbox.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Lets the faults of a schedule happen, and ends them. */
final class Injector implements AutoCloseable {
    private static final int THREADS = 8;
    private static final long LAST_FAULT_SECONDS = 60;
    private static final long MOST_DELAY_MILLIS = 200;
    private static final String TERMINATE =
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '%s_login'";
    private static final String POISON = """
            INSERT INTO outbox.event (topic, subject, type, data)
            VALUES ('ledger', 'poison %1$d', 'ledger.entry', '{"number": 1}'),
                   ('ledger', 'poison %1$d', 'ledger.entry', '{"number": 2}')
            """;

    private final Cluster cluster;
    private final LedgerWriter writer;
    private final SqsFaults sqsFaults;
    private final Consumer<Kind> ended;
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(THREADS);
    private final AtomicInteger poisoned = new AtomicInteger();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final Object database = new Object();

    /** @param ended called when a fault of a kind is over */
    Injector(Cluster cluster, LedgerWriter writer, SqsFaults sqsFaults, Consumer<Kind> ended) {
        this.cluster = cluster;
        this.writer = writer;
        this.sqsFaults = sqsFaults;
        this.ended = ended;
    }

    /** Plays the schedule from now on; returns when its last fault is over. */
    void play(Schedule schedule) {
        long begin = System.nanoTime();
        for (Fault fault : schedule.faults()) {
            long delay = fault.at().toNanos() - (System.nanoTime() - begin);
            var unused = clock.schedule(() -> inject(fault), Math.max(0, delay), TimeUnit.NANOSECONDS);
        }
        clock.shutdown();
        Fault last = schedule.faults().get(schedule.faults().size() - 1);
        try {
            clock.awaitTermination(last.at().toSeconds() + LAST_FAULT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        heal();
    }

    /** How many subjects were given an event that no queue takes, and one more behind it. */
    int poisoned() {
        return poisoned.get();
    }

    /** What did not go as it has to even when things go wrong. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private void inject(Fault fault) {
        System.out.println("inject " + fault);
        try {
            switch (fault.kind()) {
                case KILL, TERMINATE -> replace(cluster.instance(fault.target()), fault.kind());
                case FREEZE -> freeze(fault, cluster.instance(fault.target()).process());
                case BACKENDS, POSTGRES_RESTART, POSTGRES_CRASH -> breakDatabase(fault);
                case QUEUE_OUTAGE ->
                    lasts(
                            fault,
                            () -> cluster.sandbox().queues().queueDown(),
                            () -> cluster.sandbox().queues().queueUp());
                case TCP_DELAY, TCP_STALL, TCP_BLACKHOLE, TCP_RESET, TCP_HALF_OPEN ->
                    breakWire(fault, wire(fault.target()));
                case SILENCE -> lasts(fault, () -> writer.silent(true), () -> writer.silent(false));
                case POISON -> poison();
                default -> breakQueues(fault, cluster.instance(fault.target()).queues());
            }
        } catch (RuntimeException | AssertionError notPossibleNow) {
            System.out.println("  " + fault.kind() + " " + fault.target() + " did not work: " + notPossibleNow);
        }
        ended.accept(fault.kind());
    }

    private void replace(Instance instance, Kind kind) {
        OutboxProcess process = instance.process();
        if (kind == Kind.KILL) {
            process.kill();
        } else {
            process.terminate();
            try {
                process.awaitExit();
            } catch (AssertionError e) {
                complaints.add(instance.name() + " does not end after SIGTERM");
                process.kill();
            }
        }
        instance.start();
    }

    private void freeze(Fault fault, OutboxProcess process) {
        lasts(fault, process::suspend, () -> {
            if (process.isAlive()) {
                process.goOn();
            }
        });
    }

    /** While the database restarts it cannot be done; nor can two at once. */
    private void poison() {
        synchronized (database) {
            cluster.sql().execute(POISON.formatted(poisoned.get() + 1));
            poisoned.incrementAndGet();
        }
    }

    private void breakDatabase(Fault fault) {
        synchronized (database) {
            switch (fault.kind()) {
                case BACKENDS -> cluster.sql().number(TERMINATE.formatted(fault.target()));
                case POSTGRES_RESTART -> cluster.sandbox().postgres().restart();
                default -> {
                    cluster.sandbox().postgres().crash();
                    cluster.sandbox().postgres().start();
                }
            }
        }
    }

    private TcpProxy wire(String name) {
        String[] parts = name.split(":", -1);
        Instance instance = cluster.instance(parts[0]);
        return parts[1].equals("clients") ? Objects.requireNonNull(instance.clients()) : instance.database();
    }

    private static void breakWire(Fault fault, TcpProxy wire) {
        switch (fault.kind()) {
            case TCP_DELAY ->
                lasts(
                        fault,
                        () -> wire.delay(Duration.ofMillis((long) (MOST_DELAY_MILLIS * fault.share()))),
                        wire::heal);
            case TCP_STALL -> lasts(fault, wire::stall, wire::heal);
            case TCP_BLACKHOLE -> lasts(fault, wire::drop, wire::heal);
            case TCP_RESET -> wire.reset();
            default -> wire.forgetServers();
        }
    }

    private void breakQueues(Fault fault, SqsProxy queues) {
        SqsFault effect = sqsFaults.of(fault);
        lasts(fault, () -> queues.fault = effect, () -> {
            if (queues.fault.equals(effect)) {
                queues.fault = sqsFaults.none();
            }
        });
    }

    private static void lasts(Fault fault, Runnable begin, Runnable end) {
        begin.run();
        try {
            Thread.sleep(fault.lasts().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end.run();
        }
    }

    private void heal() {
        cluster.sandbox().postgres().start();
        cluster.sandbox().queues().queueUp();
        writer.silent(false);
        for (Instance instance : cluster.instances()) {
            instance.queues().fault = sqsFaults.none();
            instance.database().heal();
            TcpProxy clients = instance.clients();
            if (clients != null) {
                clients.heal();
            }
        }
    }
}
