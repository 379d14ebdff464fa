package dev.vertxoutbox.flight;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.templates.SqlTemplate;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Table {@code flight.booking}. */
final class BookingStore {

    // One row comes back, however many go in: all of a transaction have the same time. Amounts are text
    // since the client cannot send a numeric[] that has nulls.
    private static final String INSERT = """
            WITH booked AS (
                INSERT INTO flight.booking (id, departure_airport, arrival_airport, departure_time, arrival_time,
                                            fare_amount, fare_currency)
                SELECT id, departure, arrival, departure_time, arrival_time, amount::numeric, currency
                FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[])
                     AS b (id, departure, arrival, departure_time, arrival_time, amount, currency))
            SELECT now()
            """;

    private static final String FIND = "SELECT * FROM flight.booking WHERE id = #{id}";

    // Every id is smaller than this one: the first page needs no statement of its own.
    private static final UUID LAST_ID = new UUID(-1, -1);

    static final String PAGE = """
            SELECT * FROM flight.booking
            WHERE id < #{before}
            ORDER BY id DESC
            LIMIT #{limit}
            """;

    // The conditions make the changes idempotent; the row lock puts concurrent ones in order.
    private static final String CANCEL = """
            UPDATE flight.booking SET status = 'CANCELLED', version = version + 1
            WHERE id = #{id} AND status IN ('PENDING', 'CONFIRMED')
            RETURNING *
            """;

    private static final String SETTLE = """
            UPDATE flight.booking SET status = settled.status, version = version + 1
            FROM unnest($1::uuid[], $2::text[]) AS settled (id, status)
            WHERE booking.id = settled.id AND booking.status = 'PENDING'
            RETURNING booking.id
            """;

    private static final String CHANGED = """
            SELECT booking.*
            FROM unnest($1::uuid[], $2::int[]) AS seen (id, version)
            JOIN flight.booking USING (id)
            WHERE booking.version > seen.version
            """;

    /** Inserts new bookings with status PENDING; returns when they were made. */
    Future<OffsetDateTime> insert(SqlConnection tx, List<BookingRequest> requests) {
        if (requests.isEmpty()) {
            return Future.succeededFuture(OffsetDateTime.MIN);
        }
        List<Flight> flights = requests.stream().map(BookingRequest::flight).toList();
        Tuple columns = Tuple.of(
                requests.stream().map(BookingRequest::id).toArray(UUID[]::new),
                flights.stream().map(Flight::departureAirport).toArray(String[]::new),
                flights.stream().map(Flight::arrivalAirport).toArray(String[]::new),
                flights.stream().map(Flight::departure).toArray(OffsetDateTime[]::new),
                flights.stream().map(Flight::arrival).toArray(OffsetDateTime[]::new),
                flights.stream().map(Flight::fareAmount).toArray(String[]::new),
                flights.stream().map(Flight::fareCurrency).toArray(String[]::new));
        return tx.preparedQuery(INSERT)
                .execute(columns)
                .map(rows -> rows.iterator().next().get(OffsetDateTime.class, 0));
    }

    /** The booking as last committed, or null. */
    Future<@Nullable Booking> find(SqlClient client, UUID id) {
        return one(client, FIND, Map.of("id", id));
    }

    /** At most {@code limit} bookings with ids below {@code before}, or the newest, newest first. */
    Future<List<Booking>> page(SqlClient client, @Nullable UUID before, int limit) {
        Map<String, Object> parameters = Map.of("before", before == null ? LAST_ID : before, "limit", limit);
        return SqlTemplate.forQuery(client, PAGE)
                .mapTo(BookingStore::booking)
                .execute(parameters)
                .map(BookingStore::list);
    }

    /** Sets CANCELLED; null if there is no such booking or its status is final. */
    Future<@Nullable Booking> cancel(SqlConnection tx, UUID id) {
        return one(tx, CANCEL, Map.of("id", id));
    }

    /** Gives those bookings that are PENDING the status that their payment earned, and answers which they were. */
    Future<Set<UUID>> settle(SqlConnection tx, Map<UUID, Status> statuses) {
        UUID[] ids = statuses.keySet().toArray(UUID[]::new);
        String[] names = statuses.values().stream().map(Status::name).toArray(String[]::new);
        return tx.preparedQuery(SETTLE).execute(Tuple.of(ids, (Object) names)).map(rows -> {
            Set<UUID> settled = new HashSet<>();
            rows.forEach(row -> settled.add(row.getUUID("id")));
            return settled;
        });
    }

    /** Those bookings whose version is higher than the one seen. */
    Future<List<Booking>> changed(SqlClient client, Map<UUID, Integer> versionsSeen) {
        UUID[] ids = versionsSeen.keySet().toArray(UUID[]::new);
        Integer[] versions = versionsSeen.values().toArray(Integer[]::new);
        return client.preparedQuery(CHANGED)
                .mapping(BookingStore::booking)
                .execute(Tuple.of(ids, (Object) versions))
                .map(BookingStore::list);
    }

    private static Future<@Nullable Booking> one(SqlClient client, String sql, Map<String, Object> parameters) {
        return SqlTemplate.forQuery(client, sql)
                .mapTo(BookingStore::booking)
                .execute(parameters)
                .map(rows -> rows.size() == 0 ? null : rows.iterator().next());
    }

    private static List<Booking> list(RowSet<Booking> rows) {
        List<Booking> bookings = new ArrayList<>(rows.size());
        rows.forEach(bookings::add);
        return bookings;
    }

    /** Reads one from a row with all columns of the table. */
    static Booking booking(Row row) {
        BigDecimal amount = row.getBigDecimal("fare_amount");
        return new Booking(
                row.getUUID("id"),
                Status.valueOf(row.getString("status")),
                row.getInteger("version"),
                new Flight(
                        row.getString("departure_airport"),
                        row.getString("arrival_airport"),
                        row.get(OffsetDateTime.class, "departure_time"),
                        row.get(OffsetDateTime.class, "arrival_time"),
                        amount == null ? null : new Fare(amount, row.getString("fare_currency"))),
                row.get(OffsetDateTime.class, "created_at"));
    }
}
