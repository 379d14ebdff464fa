package dev.vertxoutbox.benchmark.report;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What bounds a relay, as formulas, beside what was measured. The relay's own numbers are its defaults: 8 lanes at a time, 4
 * requests in flight for each, 10 events in a request.
 */
final class CapacityModel {
    private static final int LANES = 8;
    private static final int BUCKETS = 64;
    private static final int EVENTS_OF_A_LANE = 4 * 10;
    private static final double QUEUE_SECONDS = 0.01;
    private static final double SLOW_QUEUE_SECONDS = 0.05;
    private static final double DOLLARS_PER_MILLION_REQUESTS = 0.50;

    private static final String RULES = """
            ## Capacity

            The least of these bounds how many events a second are sent:

            | What | Bound | Moved by |
            |---|---|---|
            | One subject | 1 / (time of a request to the queue): an event waits for the acknowledgement of the one before | finer subjects |
            | All subjects | subjects in the lanes that are drained at the same time × that: a relay drains 8 of 64 lanes at a time, and each holds its share of the subjects | finer subjects; `RELAY_CONCURRENCY`, relays |
            | Requests in flight | relays × 8 lanes × 4 requests × 10 events / (time of a request) | `RELAY_CONCURRENCY`, relays |
            | CPU | cores / (CPU time per event of relay, PostgreSQL, and here the queue as well) | cores, larger batches |
            | Lanes | 4 requests × 10 events / (time of a request) for each of the lanes that have events, of 64 buckets × topics | finer subjects, topics |
            | SQS FIFO | per queue 300 requests/s of each action, so 3,000 events/s in full batches; in high-throughput mode thousands of requests/s, by region, spread over message groups (from memory: look the quotas up) | high-throughput mode, more queues |

            """;

    private static final String COST = """
            **What SQS costs.** A FIFO request costs about %s USD a million (list price in most regions, from memory: look it up), and each 64 KiB of payload counts as one. Measured requests per event, sent, received and deleted (`requests-per-event`):

            | Load | Requests per event | USD per million events |
            |---|---|---|
            %s
            """;

    private CapacityModel() {}

    static String markdown(Outcomes outcomes) {
        StringBuilder text = new StringBuilder(RULES);
        outcomes.newest("scale").ifPresent(outcome -> text.append(checked(outcome.json())));
        outcomes.newest("requests-per-event").ifPresent(outcome -> text.append(costs(outcome.json())));
        return text.toString();
    }

    private static String checked(JsonObject scale) {
        int cores = scale.getJsonObject("machine").getInteger("cores");
        StringBuilder text = new StringBuilder("""
                Checked against `scale` (one relay unless it says otherwise): a share near 1 says that this bound is the one that holds, a small one that another does. Bounds take the time of a request to be that of the queue alone, and subjects to be spread evenly: they are right to some tenths.

                | Measured | Events/s | Bound by | Bound, events/s | Share |
                |---|---|---|---|---|
                """);
        bounds().forEach(bound -> row(text, scale, bound));
        for (String variant :
                List.of("queue ms: 0", "queue ms: 10", "queue ms: 50", "database ms: 5", "relays: 2", "relays: 8")) {
            number(scale, variant, "cpuMicrosPerEvent").ifPresent(micros -> {
                double stub = number(scale, variant, "cpuSeconds/stub").orElse(0.0)
                        * 1e6
                        / number(scale, variant, "events").orElse(1.0);
                row(text, scale, new Bound(variant, "CPU of " + cores + " cores", cores * 1e6 / (micros + stub)));
            });
        }
        return text.append('\n').toString();
    }

    private record Bound(String variant, String what, double eventsPerSecond) {}

    private static List<Bound> bounds() {
        List<Bound> bounds = new ArrayList<>();
        for (int subjects : new int[] {1, 10, 100, 1_000}) {
            double drained = Math.max(Math.min(subjects, LANES), (double) subjects * LANES / BUCKETS);
            bounds.add(new Bound("subjects: " + subjects, "subjects in 8 lanes", drained / QUEUE_SECONDS));
        }
        bounds.add(new Bound("subjects: 1000, one of them hot", "twice one subject", 2 / QUEUE_SECONDS));
        for (int lanes : new int[] {1, 2, 8}) {
            bounds.add(
                    new Bound("buckets: " + lanes, "requests of the lanes", lanes * EVENTS_OF_A_LANE / QUEUE_SECONDS));
        }
        for (int lanes : new int[] {2, 8, 32}) {
            bounds.add(new Bound(
                    "RELAY_CONCURRENCY, queue 50 ms: " + lanes,
                    "requests in flight",
                    lanes * EVENTS_OF_A_LANE / SLOW_QUEUE_SECONDS));
        }
        return bounds;
    }

    private static void row(StringBuilder text, JsonObject scale, Bound bound) {
        number(scale, bound.variant(), "eventsPerSecond").ifPresent(measured -> {
            List<String> cells = List.of(
                    bound.variant(),
                    Numbers.text(measured),
                    bound.what(),
                    Numbers.text(Math.rint(bound.eventsPerSecond())),
                    Numbers.text(measured / bound.eventsPerSecond()));
            text.append("| ").append(String.join(" | ", cells)).append(" |\n");
        });
    }

    private static Optional<Double> number(JsonObject scale, String variant, String field) {
        List<Double> values = Numbers.at(scale, "rounds/variant=" + variant + "/" + field);
        return values.isEmpty() ? Optional.empty() : Optional.of(Numbers.median(values));
    }

    private static String costs(JsonObject requests) {
        StringBuilder rows = new StringBuilder();
        requests.getJsonArray("loads").forEach(each -> {
            JsonObject load = (JsonObject) each;
            double perEvent = load.getDouble("requestsPerEvent");
            rows.append("| ").append(load.getString("load")).append(" | ");
            rows.append(Numbers.text(perEvent)).append(" | ");
            rows.append(Numbers.text(perEvent * DOLLARS_PER_MILLION_REQUESTS)).append(" |\n");
        });
        return COST.formatted(Numbers.text(DOLLARS_PER_MILLION_REQUESTS), rows);
    }
}
