package dev.vertxoutbox.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All that is known of one subject: what clients were told, rows, messages, and lines of logs. */
record Timeline(Cluster cluster, Clients clients, Path logs) {
    private static final List<String> ROWS = List.of(
            "SELECT 'flight.booking', * FROM flight.booking WHERE id::text = '%s'",
            "SELECT 'flight.idempotency_key', key, created_at FROM flight.idempotency_key WHERE booking_id::text = '%s'",
            "SELECT 'payment.payment', * FROM payment.payment WHERE booking_id::text = '%s'",
            "SELECT 'payment.simulated_charge', * FROM payment.simulated_charge WHERE booking_id::text = '%s'",
            "SELECT 'outbox.event', seq, id, type, time FROM outbox.event WHERE subject = '%s'",
            "SELECT 'outbox.parked_event', seq, id, type, reason FROM outbox.parked_event WHERE subject = '%s'",
            "SELECT 'inbox.position', * FROM inbox.position WHERE subject = '%s'",
            "SELECT 'ledger.applied', place, number FROM ledger.applied WHERE subject = '%s' ORDER BY place");

    /** Writes it to a file beside the logs, whose path it returns. */
    Path write(String subject) {
        List<String> lines = new ArrayList<>();
        clients.attempts().stream()
                .filter(attempt -> subject.equals(attempt.id()))
                .forEach(attempt -> lines.addAll(attempt.history()));
        lines.addAll(cluster.journal().of(subject));
        ROWS.forEach(rows -> lines.addAll(cluster.sql().rows(rows.formatted(subject))));
        try (Stream<Path> files = Files.list(logs)) {
            for (Path file : files.sorted().toList()) {
                Files.readAllLines(file).stream()
                        .filter(line -> line.contains(subject))
                        .forEach(line -> lines.add(file.getFileName() + ": " + line));
            }
            Path timeline = logs.resolve("timeline-" + subject.replaceAll("[^A-Za-z0-9-]", "_") + ".txt");
            return Files.write(timeline, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
