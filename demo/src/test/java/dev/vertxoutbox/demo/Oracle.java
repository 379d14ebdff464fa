package dev.vertxoutbox.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.TestQueues;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Knows how the books must look when all is done: each booking has one payment and one charge, as its status says, and no
 * other booking has one; each of its events took effect once; nothing is left in the outbox or a queue.
 *
 * @param sql the database
 * @param queues all queues between the services
 */
record Oracle(Sql sql, TestQueues queues) {
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(60);

    /** What each booking's payment and the gateway's books say, where that is not as the booking's status demands. */
    private static final String WRONG_BOOKINGS = """
            WITH charges AS (
                SELECT booking_id, string_agg(kind, '+' ORDER BY kind) AS kinds
                FROM payment.simulated_charge GROUP BY booking_id),
            booking AS (
                SELECT id, status, CASE status
                    WHEN 'CONFIRMED' THEN 'AUTHORIZED charge'
                    WHEN 'REJECTED' THEN 'DECLINED decline'
                    WHEN 'CANCELLED' THEN 'REFUNDED charge+refund' END AS demanded
                FROM flight.booking)
            SELECT b.id, b.status, 'with', p.booking_id, p.status, c.booking_id, c.kinds
            FROM booking b
                FULL JOIN payment.payment p ON p.booking_id = b.id
                FULL JOIN charges c ON c.booking_id = COALESCE(b.id, p.booking_id)
            WHERE b.demanded IS DISTINCT FROM p.status || ' ' || c.kinds
            LIMIT 10
            """;

    /** Every event of every booking, counted as the consumers recorded them, against the bookings' statuses. */
    private static final String WRONG_EFFECTS = """
            WITH demanded AS (
                SELECT 'flight.booked' AS type, count(*) FROM flight.booking
                UNION ALL SELECT 'flight.cancelled', count(*) FROM flight.booking WHERE status = 'CANCELLED'
                UNION ALL SELECT 'payment.authorized', count(*) FROM flight.booking WHERE status <> 'REJECTED'
                UNION ALL SELECT 'payment.declined', count(*) FROM flight.booking WHERE status = 'REJECTED'
                UNION ALL SELECT 'payment.refunded', count(*) FROM flight.booking WHERE status = 'CANCELLED'),
            seen AS (SELECT event_type AS type, count(*) FROM inbox.processed GROUP BY event_type)
            SELECT type, demanded.count, 'demanded', seen.count, 'seen'
            FROM demanded FULL JOIN seen USING (type)
            WHERE COALESCE(demanded.count, 0) <> COALESCE(seen.count, 0)
            """;

    private static final String LEFT_OVER = """
            SELECT 'pending', topic, type, subject FROM outbox.event
            UNION ALL SELECT 'parked', topic, type, subject FROM outbox.parked_event
            LIMIT 10
            """;

    /** Waits until all is done and fails when something is still, or can only stay, wrong. */
    void confirm(Load load) {
        confirm(load.booked(), load.cancelled());
    }

    /**
     * The same for bookings made otherwise.
     *
     * @param booked ids that were answered 201
     * @param cancelled ids of these whose cancellation was answered 200
     */
    void confirm(Set<String> booked, Set<String> cancelled) {
        assertThat(booked).isNotEmpty();
        assertThat(sql.rows(missing(booked))).as("answered 201 but not stored").isEmpty();
        await("books that agree").atMost(SETTLED_WITHIN).untilAsserted(() -> {
            assertThat(sql.rows(WRONG_BOOKINGS)).as("wrong bookings").isEmpty();
            assertThat(sql.rows(WRONG_EFFECTS)).as("wrong effects").isEmpty();
            assertThat(sql.rows(LEFT_OVER)).as("left in the outbox").isEmpty();
            assertThat(depths()).as("depths of the queues").containsOnly(0);
        });
        assertThat(sql.rows("SELECT id FROM flight.booking WHERE status <> 'CANCELLED' AND id IN " + list(cancelled)))
                .as("cancelled but not so")
                .isEmpty();
    }

    private List<Integer> depths() {
        return List.of(
                queues.depth(queues.flightUrl()),
                queues.depth(queues.paymentUrl()),
                queues.depth(queues.deadLetterUrl(queues.flightUrl())),
                queues.depth(queues.deadLetterUrl(queues.paymentUrl())));
    }

    private static String missing(Set<String> booked) {
        return "SELECT id FROM unnest('{%s}'::uuid[]) AS id WHERE id NOT IN (SELECT id FROM flight.booking)"
                .formatted(String.join(",", booked));
    }

    private static String list(Collection<String> ids) {
        return "(SELECT unnest('{%s}'::uuid[]))".formatted(String.join(",", ids));
    }
}
