package dev.vertxoutbox.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.TestQueues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Knows how the books must look when all is done: each booking has one payment and one charge, as its status says, and no
 * other booking has one; each of its events took effect once; nothing is left in the outbox or a queue.
 *
 * @param sql the database
 * @param depths messages in each queue between the services
 */
record Oracle(Sql sql, Supplier<Map<String, Integer>> depths) {
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(60);

    /**
     * What each booking's payment and the gateway's books say, where that is not as the booking's status demands. A
     * booking that was cancelled before its payment was settled may have none, or a charge that was given back.
     */
    private static final String WRONG_BOOKINGS = """
            WITH charges AS (
                SELECT booking_id, string_agg(kind || ' ' || amount, ', ' ORDER BY kind) AS kinds
                FROM payment.simulated_charge GROUP BY booking_id),
            booking AS (
                SELECT id, status, CASE status
                    WHEN 'CONFIRMED' THEN ARRAY['AUTHORIZED: charge ' || fare_amount]
                    WHEN 'REJECTED' THEN ARRAY['DECLINED: decline ' || fare_amount]
                    WHEN 'CANCELLED' THEN ARRAY[
                        'REFUNDED: charge ' || fare_amount || ', refund ' || fare_amount,
                        'DECLINED: decline ' || fare_amount,
                        'CANCELLED: charge ' || fare_amount || ', refund ' || fare_amount,
                        'CANCELLED: decline ' || fare_amount,
                        'CANCELLED: void 0.00',
                        'CANCELLED: '] END AS demanded
                FROM flight.booking)
            SELECT COALESCE(b.id, p.booking_id, c.booking_id), 'is', b.status, 'with payment', p.status, 'and at the gateway', c.kinds
            FROM booking b
                FULL JOIN payment.payment p ON p.booking_id = b.id
                FULL JOIN charges c ON c.booking_id = COALESCE(b.id, p.booking_id)
            WHERE NOT COALESCE(p.status || ': ' || COALESCE(c.kinds, '') = ANY (b.demanded), false)
            LIMIT 10
            """;

    /** Every event of every booking, counted as the consumers recorded them, against what the others' books say. */
    private static final String WRONG_EFFECTS = """
            WITH demanded AS (
                SELECT 'flight.booked' AS type, count(*) FROM flight.booking
                UNION ALL SELECT 'flight.cancelled', count(*) FROM flight.booking WHERE status = 'CANCELLED'
                UNION ALL SELECT 'payment.authorized', count(*) FROM payment.payment WHERE status IN ('AUTHORIZED', 'REFUNDED')
                UNION ALL SELECT 'payment.declined', count(*) FROM payment.payment WHERE status = 'DECLINED'
                UNION ALL SELECT 'payment.refunded', count(*) FROM payment.payment WHERE status = 'REFUNDED'),
            seen AS (
                SELECT event_type AS type, count(*) FROM inbox.processed
                WHERE consumer IN ('flight', 'payment') GROUP BY event_type)
            SELECT type, demanded.count, 'demanded', seen.count, 'seen'
            FROM demanded FULL JOIN seen USING (type)
            WHERE COALESCE(demanded.count, 0) <> COALESCE(seen.count, 0)
            """;

    /** What was put there to be unsendable is counted by whoever put it there. */
    private static final String LEFT_OVER = """
            SELECT subject, 'pending', topic, type FROM outbox.event
            UNION ALL SELECT subject, 'parked', topic, type FROM outbox.parked_event WHERE subject NOT LIKE 'poison %'
            LIMIT 10
            """;

    /** With a test class's queues. */
    Oracle(Sql sql, TestQueues queues) {
        this(sql, () -> depths(queues));
    }

    /** What is not as it must be, as far as the database and the queues tell. */
    List<Complaint> complaints() {
        List<Complaint> complaints = new ArrayList<>();
        sql.rows(WRONG_BOOKINGS).forEach(row -> complaints.add(aboutFirstWord(row, "")));
        sql.rows(WRONG_EFFECTS).forEach(row -> complaints.add(Complaint.of("events " + row)));
        sql.rows(LEFT_OVER).forEach(row -> complaints.add(aboutFirstWord(row, "left in the outbox: ")));
        depths.get().forEach((queue, depth) -> {
            if (depth != 0) {
                complaints.add(Complaint.of(depth + " messages left in " + queue));
            }
        });
        return complaints;
    }

    /**
     * Waits until all is done and fails when something is still, or can only stay, wrong.
     *
     * @param booked ids that were answered 201
     * @param cancelled ids of these whose cancellation was answered 200
     */
    void confirm(Set<String> booked, Set<String> cancelled) {
        assertThat(booked).isNotEmpty();
        assertThat(sql.rows(missing(booked))).as("answered 201 but not stored").isEmpty();
        await("books that agree")
                .atMost(SETTLED_WITHIN)
                .untilAsserted(() -> assertThat(complaints()).isEmpty());
        assertThat(sql.rows("SELECT id FROM flight.booking WHERE status <> 'CANCELLED' AND id IN " + list(cancelled)))
                .as("cancelled but not so")
                .isEmpty();
    }

    private static Complaint aboutFirstWord(String row, String what) {
        int end = row.indexOf(' ');
        return Complaint.about(row.substring(0, end), what + row.substring(end + 1));
    }

    private static Map<String, Integer> depths(TestQueues queues) {
        Map<String, Integer> depths = new LinkedHashMap<>();
        for (String url : List.of(queues.flightUrl(), queues.paymentUrl())) {
            depths.put(url, queues.depth(url));
            depths.put(queues.deadLetterUrl(url), queues.depth(queues.deadLetterUrl(url)));
        }
        return depths;
    }

    private static String missing(Set<String> booked) {
        return "SELECT id FROM unnest('{%s}'::uuid[]) AS id WHERE id NOT IN (SELECT id FROM flight.booking)"
                .formatted(String.join(",", booked));
    }

    private static String list(Collection<String> ids) {
        return "(SELECT unnest('{%s}'::uuid[]))".formatted(String.join(",", ids));
    }
}
