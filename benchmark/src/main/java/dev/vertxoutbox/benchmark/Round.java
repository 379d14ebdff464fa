package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * One measured backlog.
 *
 * @param variant what was varied
 * @param report the stub's count and times
 * @param cpuSeconds CPU time from the release to the last acknowledgement, by process
 */
record Round(String variant, Stub.Report report, JsonObject cpuSeconds) {

    double eventsPerSecond() {
        return report.eventsPerSecond();
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("variant", variant)
                .put("events", report.events())
                .put("seconds", report.seconds())
                .put("eventsPerSecond", Math.round(eventsPerSecond()))
                .put("requests", report.requests())
                .put("duplicates", report.duplicates())
                .put("gaps", report.gaps())
                .put("cpuSeconds", cpuSeconds)
                .put("cpuMicrosPerEvent", cpuMicrosPerEvent());
    }

    /** CPU time of senders and PostgreSQL, to a tenth. */
    private double cpuMicrosPerEvent() {
        double seconds = cpuSeconds.getDouble("senders") + cpuSeconds.getDouble("postgres");
        return Math.round(seconds * 1e7 / Math.max(1, report.events())) / 10.0;
    }

    static JsonArray toJson(List<Round> rounds) {
        return new JsonArray(rounds.stream().map(Round::toJson).toList());
    }

    /** Median of the events per second of a variant's rounds. */
    static double median(Collection<Round> rounds, String variant) {
        return Median.of(
                rounds.stream().filter(round -> round.variant.equals(variant)).mapToDouble(Round::eventsPerSecond));
    }

    /** CPU time of senders, stub and database since this was made. */
    static final class Meter {
        private final Bench bench;
        private final List<ChildProcess> senders;
        private final Duration stub;
        private final Duration postgres;
        private final Duration sending;

        Meter(Bench bench, List<ChildProcess> senders) {
            this.bench = bench;
            this.senders = senders;
            this.stub = bench.stub().process().cpu();
            this.postgres = bench.database().cpu();
            this.sending = sending();
        }

        private Duration sending() {
            return senders.stream().map(ChildProcess::cpu).reduce(Duration.ZERO, Duration::plus);
        }

        JsonObject read() {
            return new JsonObject()
                    .put("senders", seconds(sending().minus(sending)))
                    .put("stub", seconds(bench.stub().process().cpu().minus(stub)))
                    .put("postgres", seconds(bench.database().cpu().minus(postgres)));
        }

        private static double seconds(Duration duration) {
            return duration.toMillis() / 1000.0;
        }
    }
}
