package dev.vertxoutbox.faults;

import dev.vertxoutbox.faults.Attempt.Told;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds the books of all parts against each other and against what the clients were told, after a run with faults. */
final class Audit {
    private static final String WRONG_ORDER = """
            WITH applied AS (
                SELECT subject, number, row_number() OVER (PARTITION BY subject ORDER BY place) AS place
                FROM ledger.applied),
            wrong AS (SELECT subject, min(place) AS place FROM applied WHERE number <> place GROUP BY subject)
            SELECT subject, number FROM applied JOIN wrong USING (subject, place)
            """;

    private static final String WRONG_COUNTS = """
            SELECT COALESCE(w.subject, a.subject), COALESCE(w.number, a.number), COALESCE(a.times, 0)
            FROM ledger.written w
                FULL JOIN (SELECT subject, number, count(*) AS times FROM ledger.applied GROUP BY 1, 2) a
                ON (a.subject, a.number) = (w.subject, w.number)
            WHERE w.subject IS NULL OR a.times IS DISTINCT FROM 1
            ORDER BY 1, 2 LIMIT 10
            """;

    private final Cluster cluster;
    private final Clients clients;
    private final Injector injector;
    private final Recovery recovery;
    private final Oracle oracle;

    Audit(Cluster cluster, Clients clients, Injector injector, Recovery recovery) {
        this.recovery = recovery;
        this.cluster = cluster;
        this.clients = clients;
        this.injector = injector;
        this.oracle = new Oracle(cluster.sql(), cluster::depths);
    }

    /** What may still get right and has not yet, and what cannot. */
    List<Complaint> complaints() {
        List<Complaint> complaints = new ArrayList<>(oracle.complaints());
        clients.complaints().forEach(complaint -> complaints.add(Complaint.of(complaint)));
        injector.complaints().forEach(complaint -> complaints.add(Complaint.of(complaint)));
        cluster.journal()
                .repeatedInCalm()
                .forEach(event -> complaints.add(Complaint.of("sent twice while nothing was wrong: event " + event)));
        if (recovery.outstanding() > 0) {
            complaints.add(Complaint.of(recovery.outstanding() + " bookings made after a fault are not confirmed"));
        }
        bookings(complaints);
        ledger(complaints);
        parked(complaints);
        processes(complaints);
        return complaints;
    }

    private record Stored(String id, String status) {}

    private void bookings(List<Complaint> complaints) {
        Map<String, List<Stored>> stored = new HashMap<>();
        for (String row : cluster.sql().rows("SELECT departure_airport, id, status FROM flight.booking")) {
            String[] columns = row.split(" ", -1);
            stored.computeIfAbsent(columns[0], first -> new ArrayList<>()).add(new Stored(columns[1], columns[2]));
        }
        for (Attempt attempt : clients.attempts()) {
            check(attempt, stored.getOrDefault(attempt.tag(), List.of()), complaints);
            stored.remove(attempt.tag());
        }
        stored.forEach((tag, bookings) -> complaints.add(Complaint.of("nobody asked for " + tag + ": " + bookings)));
    }

    private static void check(Attempt attempt, List<Stored> stored, List<Complaint> complaints) {
        String id = attempt.id() == null ? "" : attempt.id();
        if (attempt.told() == Told.ACKNOWLEDGED
                && stored.stream().noneMatch(booking -> booking.id().equals(id))) {
            complaints.add(Complaint.about(id, "was acknowledged and is not stored, " + attempt.tag()));
        }
        if (stored.size() > 1) {
            complaints.add(Complaint.about(id, attempt.tag() + " is booked more than once: " + stored));
        }
        for (Stored booking : stored) {
            boolean isCancelled = booking.status().equals("CANCELLED");
            if (attempt.isCancelled() && !isCancelled) {
                complaints.add(Complaint.about(id, "cancellation was acknowledged, status is " + booking.status()));
            }
            if (isCancelled && !attempt.isCancelAsked()) {
                complaints.add(Complaint.about(booking.id(), "is cancelled though nobody asked for it"));
            }
        }
    }

    private void ledger(List<Complaint> complaints) {
        for (String row : cluster.sql().rows(WRONG_ORDER)) {
            String[] columns = row.split(" ", -1);
            complaints.add(Complaint.about(columns[0], "was applied out of order, first at number " + columns[1]));
        }
        for (String row : cluster.sql().rows(WRONG_COUNTS)) {
            String[] columns = row.split(" ", -1);
            complaints.add(
                    Complaint.about(columns[0], "number " + columns[1] + " was applied " + columns[2] + " times"));
        }
    }

    private void parked(List<Complaint> complaints) {
        long expected = 2L * injector.poisoned();
        long parked = cluster.sql().number("SELECT count(*) FROM outbox.parked_event WHERE subject LIKE 'poison %'");
        if (parked != expected) {
            complaints.add(Complaint.of(parked + " unsendable events are parked, not " + expected));
        }
    }

    private void processes(List<Complaint> complaints) {
        for (Instance instance : cluster.instances()) {
            if (!instance.process().isAlive()) {
                complaints.add(Complaint.of(instance.name() + " has ended by itself"));
            } else if (!instance.role().equals("ledger") && !isReady(instance)) {
                complaints.add(Complaint.of(instance.name() + " is not ready"));
            }
        }
    }

    private static boolean isReady(Instance instance) {
        try {
            OutboxProcess process = instance.process().awaitReady(1);
            return new Api(process.management()).get("/health/ready").status() == 200;
        } catch (RuntimeException noAnswer) {
            return false;
        }
    }
}
