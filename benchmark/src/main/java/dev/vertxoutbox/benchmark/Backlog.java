package dev.vertxoutbox.benchmark;

import java.time.Duration;

/**
 * Events that wait: inserted while their topic is paused, and let go at once, so that every round starts with all of
 * them committed. The order of subjects is scattered but the same each time; each event has its number within its
 * subject, by which the stub checks the order.
 */
final class Backlog {
    static final String TOPIC = "benchmark";

    /** About 200 bytes, as a booking's. */
    private static final String INSERT = """
            INSERT INTO outbox.event (topic, subject, type, sequence, data)
            SELECT 'benchmark', md5(subject::text)::uuid::text, 'flight.booked',
                   row_number() OVER (PARTITION BY subject ORDER BY i),
                   format('{"n":%s,"departureAirport":"Paris CDG","arrivalAirport":"London LHR",'
                          '"departureDateTime":"2035-03-01T09:00:00Z","arrivalDateTime":"2035-03-01T10:15:00Z",'
                          '"fare":{"amount":120,"currency":"EUR"}}', i)::json
            FROM (SELECT i, abs(hashint4(i)::bigint) % {subjects} AS subject
                  FROM generate_series(1, {events}) AS i) AS numbered
            ORDER BY i
            """;

    /** Subjects of a warm-up; events of a subject wait for each other, so their number is part of the load. */
    private static final int WARM_UP_SUBJECTS = 20_000;

    private static final Duration DRAINED = Duration.ofMinutes(5);

    private final Database database;
    private final Stub stub;

    /** @param subjects how many subjects the events are of */
    record Size(int events, int subjects) {}

    Backlog(Database database, Stub stub) {
        this.database = database;
        this.stub = stub;
    }

    /** Pauses the topic and inserts; nothing is sent before {@link #release}. */
    void insert(Size size) {
        insert(INSERT.replace("{events}", Integer.toString(size.events()))
                .replace("{subjects}", Integer.toString(size.subjects())));
    }

    /** The same with a statement of the caller. */
    void insert(String statement) {
        pause();
        // So that neither a vacuum nor a checkpoint that one round left behind falls into the next one.
        database.execute("VACUUM (ANALYZE) outbox.event");
        database.execute(statement);
        database.execute("VACUUM (ANALYZE) outbox.event");
        database.execute("CHECKPOINT");
    }

    void pause() {
        database.execute(
                "INSERT INTO outbox.paused_topic (topic) VALUES ('%s') ON CONFLICT DO NOTHING".formatted(TOPIC));
    }

    void release() {
        database.execute("DELETE FROM outbox.paused_topic");
        database.execute("NOTIFY outbox_event");
    }

    /** Sends so many events for practice: afterwards the sender's code is compiled. */
    void warmUp(int events, int delayMillis) {
        stub.reset(delayMillis);
        insert(new Size(events, WARM_UP_SUBJECTS));
        release();
        Stub.Report report = stub.await(events, DRAINED);
        if (report.events() < events) {
            throw new IllegalStateException("Only " + report + " of " + events + " events of the warm-up were sent");
        }
        awaitEmpty();
    }

    /** Returns when the relays have deleted everything they have sent. */
    void awaitEmpty() {
        Waiting.until(
                "an empty outbox",
                DRAINED,
                Duration.ofMillis(100),
                () -> database.number("SELECT count(*) FROM (SELECT FROM outbox.event LIMIT 1) AS event") == 0);
    }

    /** Throws away what is left, for a round that was given up. */
    void clear() {
        database.execute("TRUNCATE outbox.event, outbox.parked_event");
    }
}
