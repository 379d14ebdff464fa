package dev.vertxoutbox.faults;

import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.TcpProxy;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One run: the system starts, works undisturbed for a while, then with faults, then undisturbed again until all is
 * settled. Prints its schedule first and its report at the end.
 */
final class FaultRun {
    private static final int BOOKINGS_PER_SECOND = 10;
    private static final int LEDGER_WRITES_PER_SECOND = 4;
    private static final Duration CALM = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final long SOON_SECONDS = 30;
    private static final int TIMELINES = 3;
    private static final int BURSTS = 3;

    /**
     * @param seeds one, or several whose faults come one after the other; clients and writer go by the first
     * @param faults for how long there are faults of each seed
     * @param pace the mean time from one fault to the next
     * @param longestHiding how long a message that a dead consumer holds stays hidden at most
     * @param standstill when nothing has changed for so long, nothing more is expected
     * @param badInput for how long there is bad input, after the faults; zero for a run that is too short for that, and to
     *     show what leaks
     */
    record Settings(
            List<Long> seeds,
            Duration faults,
            Duration pace,
            Duration longestHiding,
            Duration standstill,
            Duration badInput) {
        /** Each kind of fault once for each seed, and a minute more. */
        static Settings brief(List<Long> seeds) {
            return new Settings(
                    seeds,
                    Duration.ofSeconds(35),
                    Duration.ofMillis(1_500),
                    Duration.ofSeconds(12),
                    Duration.ofMinutes(1),
                    Duration.ZERO);
        }

        /** As the queues are in production. */
        static Settings of(List<Long> seeds, Duration length, Duration pace) {
            return new Settings(
                    seeds, length, pace, Duration.ofSeconds(30), Duration.ofMinutes(6), Duration.ofSeconds(30));
        }

        private boolean isLong() {
            return !badInput.isZero();
        }
    }

    private final Settings settings;

    FaultRun(Settings settings) {
        this.settings = settings;
    }

    Report run() {
        long seed = settings.seeds().get(0);
        String name = "faults-" + Schedule.names(settings.seeds());
        long start = System.nanoTime();
        try (SqsFaults sqsFaults = new SqsFaults(settings.longestHiding());
                Cluster cluster = Cluster.start(name, sqsFaults.none());
                LedgerWriter writer = new LedgerWriter(cluster.sql(), seed);
                Clients clients = new Clients(servers(cluster), seed);
                Recovery recovery = new Recovery(cluster.sql(), clients);
                Injector injector = new Injector(cluster, writer, sqsFaults, recovery::begin)) {
            Schedule schedule = Schedule.of(settings.seeds(), settings.faults(), settings.pace(), cluster.targets());
            System.out.println(schedule);
            System.out.println("started after " + Report.seconds(start) + " s");
            Audit audit = new Audit(cluster, clients, injector, recovery);
            clients.start(BOOKINGS_PER_SECOND);
            writer.start(LEDGER_WRITES_PER_SECOND);
            cluster.journal().calm(true);
            pause(CALM);
            cluster.journal().calm(false);
            Optional<Leaks> leaks = settings.isLong() ? Optional.of(new Leaks(cluster)) : Optional.empty();
            injector.play(schedule);
            System.out.println("faults are over after " + Report.seconds(start) + " s");
            clients.stop();
            writer.stop();
            List<Complaint> complaints = settle(audit, sqsFaults);
            System.out.println("settled after " + Report.seconds(start) + " s");
            if (complaints.isEmpty()) {
                complaints = afterwards(cluster, writer, audit, sqsFaults);
            }
            if (complaints.isEmpty() && settings.isLong()) {
                complaints = badInput(cluster, clients);
            }
            complaints = Stream.concat(complaints.stream(), leaks.stream().flatMap(held -> held.complaints().stream()))
                    .toList();
            Report report = new Report(schedule, clients.attempts(), recovery.times(), writer.written(), complaints);
            System.out.println(report);
            Timeline timeline = new Timeline(cluster, clients, OutboxProcess.LOGS.resolve(name));
            System.out.println("slowest recovery: " + timeline.write(recovery.slowest()));
            complaints.stream()
                    .map(Complaint::subject)
                    .filter(subject -> !subject.isEmpty())
                    .distinct()
                    .limit(TIMELINES)
                    .forEach(subject -> System.out.println("see " + timeline.write(subject)));
            System.out.println("over after " + Report.seconds(start) + " s");
            return report;
        }
    }

    /** Undisturbed again, nothing is sent twice; and what no notification tells of is sent as well. */
    private List<Complaint> afterwards(Cluster cluster, LedgerWriter writer, Audit audit, SqsFaults sqsFaults) {
        cluster.journal().calm(true);
        List<Complaint> complaints = List.of();
        cluster.sql().execute(Burst.READ_SLOWLY);
        for (int n = 0; n < BURSTS && complaints.isEmpty(); n++) {
            cluster.sql().execute(Burst.INSERT);
            complaints = settle(audit, sqsFaults);
        }
        cluster.sql().execute(Burst.READ_AS_BEFORE);
        if (!complaints.isEmpty()) {
            return complaints;
        }
        try {
            writer.writeSilently();
        } catch (SQLException e) {
            throw new IllegalStateException("The database does not work when all is over", e);
        }
        return settle(audit, sqsFaults);
    }

    /** Bad input, and then a booking as any other. */
    private List<Complaint> badInput(Cluster cluster, Clients clients) {
        List<Complaint> complaints =
                new Fuzz(cluster, servers(cluster).get(0), settings.seeds().get(0)).run(settings.badInput());
        String id =
                clients.bookForSure().orTimeout(SOON_SECONDS, TimeUnit.SECONDS).join();
        await("a booking confirmed after bad input")
                .atMost(Duration.ofSeconds(SOON_SECONDS))
                .until(() -> cluster.sql()
                        .rows("SELECT status FROM flight.booking WHERE id = '%s'".formatted(id))
                        .equals(List.of("CONFIRMED")));
        return complaints;
    }

    /** Returns when all is as it must be, or when nothing has changed for so long that nothing will. */
    private List<Complaint> settle(Audit audit, SqsFaults sqsFaults) {
        List<Complaint> complaints = audit.complaints();
        long changedAt = System.nanoTime();
        while ((!complaints.isEmpty() || sqsFaults.outstanding() > 0)
                && System.nanoTime() - changedAt < settings.standstill().toNanos()) {
            pause(LOOK);
            List<Complaint> before = complaints;
            complaints = audit.complaints();
            if (!complaints.equals(before)) {
                changedAt = System.nanoTime();
            }
        }
        return complaints;
    }

    private static List<URI> servers(Cluster cluster) {
        return cluster.instances().stream()
                .flatMap(instance -> Stream.ofNullable(instance.clients()))
                .map(TcpProxy::port)
                .map(port -> URI.create("http://127.0.0.1:" + port))
                .toList();
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(Objects.requireNonNull(time).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
