package dev.vertxoutbox.faults;

import dev.vertxoutbox.faults.Attempt.Told;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a run has shown.
 *
 * @param attempts flights that clients wanted to book
 * @param recovery sorted times by kind
 * @param ledgerEvents events that a foreign program wrote
 * @param complaints what must not be; empty for a run that has passed
 */
record Report(
        Schedule schedule,
        Collection<Attempt> attempts,
        Map<Kind, List<Duration>> recovery,
        long ledgerEvents,
        List<Complaint> complaints) {

    static String seconds(long sinceNanos) {
        return String.format(Locale.ROOT, "%.1f", (System.nanoTime() - sinceNanos) / 1e9);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("seed " + Schedule.names(schedule.seeds()) + "\n");
        text.append("bookings: %d acknowledged, %d refused, %d without an answer; %d cancellations acknowledged%n"
                .formatted(
                        told(Told.ACKNOWLEDGED),
                        told(Told.REFUSED),
                        told(Told.NO_ANSWER),
                        attempts.stream().filter(Attempt::isCancelled).count()));
        text.append("events of a foreign writer: %d%n".formatted(ledgerEvents));
        text.append("%-18s %8s %14s %14s%n".formatted("fault", "injected", "recovery p50", "max"));
        schedule.counts().forEach((kind, count) -> {
            List<Duration> times = recovery.getOrDefault(kind, List.of());
            text.append("%-18s %8d %14s %14s%n"
                    .formatted(
                            kind,
                            count,
                            times.isEmpty() ? "-" : seconds(times.get(times.size() / 2)),
                            times.isEmpty() ? "-" : seconds(times.get(times.size() - 1))));
        });
        text.append(
                complaints.isEmpty()
                        ? "0 lost, 0 doubled, 0 reordered"
                        : complaints.size() + " COMPLAINTS\n"
                                + String.join(
                                        "\n",
                                        complaints.stream()
                                                .map(Complaint::toString)
                                                .toList()));
        return text.toString();
    }

    private long told(Told told) {
        return attempts.stream().filter(attempt -> attempt.told() == told).count();
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1e3);
    }
}
