package dev.vertxoutbox.launcher.console;

import java.util.Map;
import java.util.TreeMap;

/**
 * What the meters said at one moment. What this process does not have is not a number.
 *
 * @param nanos when, as {@link System#nanoTime}
 * @param booked bookings made since the process started
 * @param sent events that queues acknowledged, by topic
 * @param applied payment events that changed a booking
 * @param paid flight events that payment has handled
 * @param backlog events that wait, as the relay saw them last
 */
record Reading(long nanos, double booked, Map<String, Double> sent, double applied, double paid, double backlog) {

    /** Events of all topics; not a number without a relay. */
    double allSent() {
        return sent.isEmpty()
                ? Double.NaN
                : sent.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** What was counted since an earlier reading, per second; a backlog stays what it is. */
    Reading perSecondSince(Reading earlier) {
        double seconds = (nanos - earlier.nanos) / 1e9;
        Map<String, Double> sentPerSecond = new TreeMap<>();
        sent.forEach(
                (topic, count) -> sentPerSecond.put(topic, (count - earlier.sent.getOrDefault(topic, 0.0)) / seconds));
        return new Reading(
                nanos,
                (booked - earlier.booked) / seconds,
                sentPerSecond,
                (applied - earlier.applied) / seconds,
                (paid - earlier.paid) / seconds,
                backlog);
    }
}
