package dev.vertxoutbox.faults;

/**
 * Many events at once, in all lanes, so that all relays want the same lanes again and again: each must find what the one
 * before it has left, and nothing of what it has just sent. Nobody reads their queue.
 */
final class Burst {
    /** For the superuser, in one transaction; large events, so that reading a lane takes a while. */
    static final String INSERT = """
            INSERT INTO outbox.event (topic, subject, type, data)
            SELECT 'burst', 'burst-' || n % 250, 'burst.event',
                   json_build_object('text', (SELECT string_agg(md5(n || ' ' || m), '') FROM generate_series(1, 125) m))
            FROM generate_series(1, 1000) n
            """;

    private Burst() {}
}
