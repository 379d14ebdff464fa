package dev.vertxoutbox.benchmark;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One backlog of those by which {@link Scale} looks how the relay's rate depends on something. */
final class ScalePoint {
    private static final int EVENTS = Settings.of("events", 20_000);

    /** Payloads of a backlog together. */
    private static final int BACKLOG_BYTES = 96 * 1024 * 1024;

    private static final String INSERT = """
            INSERT INTO outbox.event (topic, subject, type, sequence, data)
            SELECT 'benchmark', subject, 'flight.booked', row_number() OVER (PARTITION BY subject ORDER BY i),
                   format('{"n":%s,"filler":"%s"}', i, repeat('x', {filler}))::json
            FROM (SELECT i, (SELECT array_agg(name) FROM (
                             SELECT md5(n::text)::uuid::text AS name FROM generate_series(1, {candidates}) AS n
                             WHERE (hashtext(md5(n::text)::uuid::text) & 63) < {buckets} ORDER BY n LIMIT {subjects}) AS names)
                            [CASE WHEN {hot} AND i % 2 = 0 THEN 1 ELSE 1 + abs(hashint4(i)::bigint) % {subjects} END] AS subject
                  FROM generate_series(1, {events}) AS i) AS numbered
            ORDER BY i
            """;

    /** What is varied, and how: {@code <dimension>: <step>}. */
    final String variant;

    /** Processes that share the work. */
    int relays = 1;

    /** {@code RELAY_CONCURRENCY}. */
    int concurrency = 8;

    /** How many of the outbox's 64 buckets the subjects are in. */
    int buckets = 64;

    int events = EVENTS;
    int subjects = 20_000;

    /** Whether every second event is of the same subject. */
    boolean hot;

    int payloadBytes = 200;
    int queueMillis = Throughput.DELAY_MILLIS;

    /** Each way between relay and PostgreSQL; negative without a proxy. */
    int databaseMillis = -1;

    private ScalePoint(String variant) {
        this.variant = variant;
    }

    private static ScalePoint of(String variant, Consumer<ScalePoint> varied) {
        ScalePoint point = new ScalePoint(variant);
        varied.accept(point);
        return point;
    }

    static List<ScalePoint> all() {
        return Stream.of(
                        steps(n -> of("relays: " + n, point -> point.relays = n), 1, 2, 8),
                        steps(n -> of("buckets: " + n, point -> point.buckets = n), 1, 2, 8, 64),
                        steps(n -> of("backlog: " + n, point -> point.events = n), 10_000, 100_000),
                        steps(ScalePoint::ofSubjects, 1, 10, 100, 1_000),
                        Stream.of(of("subjects: 1000, one of them hot", ScalePoint::makeHot)),
                        steps(ScalePoint::ofPayload, 200, 2_048, 16_384, 65_536, 262_144),
                        steps(n -> of("queue ms: " + n, point -> point.queueMillis = n), 0, 10, 50),
                        steps(ScalePoint::ofConcurrency, 2, 8, 32),
                        steps(n -> of("database ms: " + n, point -> point.databaseMillis = n), 0, 1, 5))
                .flatMap(points -> points)
                .toList();
    }

    private static Stream<ScalePoint> steps(IntFunction<ScalePoint> point, int... steps) {
        return IntStream.of(steps).mapToObj(point);
    }

    /** Few subjects send slowly: their backlogs are shorter. */
    private static ScalePoint ofSubjects(int subjects) {
        return of("subjects: " + subjects, point -> {
            point.subjects = subjects;
            point.events = Math.min(EVENTS, 50 * subjects);
        });
    }

    private static void makeHot(ScalePoint point) {
        point.subjects = 1_000;
        point.events = 600;
        point.hot = true;
    }

    private static ScalePoint ofPayload(int bytes) {
        return of("payload bytes: " + bytes, point -> {
            point.payloadBytes = bytes;
            point.events = Math.min(EVENTS, BACKLOG_BYTES / bytes);
        });
    }

    /** A queue so slow that requests in flight are what matters. */
    private static ScalePoint ofConcurrency(int concurrency) {
        return of("RELAY_CONCURRENCY, queue 50 ms: " + concurrency, point -> {
            point.concurrency = concurrency;
            point.queueMillis = 50;
            point.events = EVENTS / 2;
        });
    }

    /** Whether the same relays can go on with that one. */
    boolean sharesRelaysWith(ScalePoint next) {
        return relays == next.relays
                && concurrency == next.concurrency
                && (databaseMillis < 0) == (next.databaseMillis < 0);
    }

    String insert() {
        return INSERT.replace("{filler}", Integer.toString(Math.max(1, payloadBytes - 30)))
                .replace("{candidates}", Integer.toString(subjects * 64 / buckets * 2 + 1_000))
                .replace("{buckets}", Integer.toString(buckets))
                .replace("{subjects}", Integer.toString(subjects))
                .replace("{hot}", Boolean.toString(hot))
                .replace("{events}", Integer.toString(events));
    }
}
