package dev.vertxoutbox.faults;

/**
 * Events in all lanes, again and again before the ones before them are sent, so that all relays want the same lanes at any
 * time: each must find what another has left, and nothing of what it has just sent. Nobody reads their queue.
 *
 * <p>The relays read each row two milliseconds later than the one before it. What a statement saw when it began is then old
 * when it ends, whatever the speed of the machine: a relay that believes it too long sends what another has sent.
 */
final class Burst {
    /** Transactions of 50 events each, by the superuser, for whom reading is not slow. */
    static final String INSERT = """
            DO $$ BEGIN
                FOR i IN 1..40 LOOP
                    INSERT INTO outbox.event (topic, subject, type, data)
                    SELECT 'burst', 'burst-' || n, 'burst.event', json_build_object('n', i)
                    FROM generate_series(1, 50) n;
                    COMMIT;
                    PERFORM pg_sleep(0.02);
                END LOOP;
            END $$
            """;

    static final String READ_SLOWLY = """
            CREATE OR REPLACE FUNCTION slowly() RETURNS boolean LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM pg_sleep(0.002);
                    RETURN true;
                END
            $$;
            CREATE POLICY slowly ON outbox.event USING (slowly());
            ALTER TABLE outbox.event ENABLE ROW LEVEL SECURITY;
            """;

    static final String READ_AS_BEFORE = """
            ALTER TABLE outbox.event DISABLE ROW LEVEL SECURITY;
            DROP POLICY slowly ON outbox.event;
            """;

    private Burst() {}
}
