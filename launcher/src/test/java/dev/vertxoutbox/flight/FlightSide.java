package dev.vertxoutbox.flight;

import dev.vertxoutbox.inbox.EventHandler;
import dev.vertxoutbox.outbox.Outbox;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;

/** The flight service without its servers: what its requests do, and its handlers. */
public final class FlightSide {
    private static final OffsetDateTime DEPARTURE = OffsetDateTime.parse("2030-01-01T10:00:00Z");

    private final Pool pool;
    private final Bookings bookings;

    public FlightSide(Vertx vertx, PgConnectOptions database, int connections) {
        pool = Database.pool(vertx, database, connections);
        bookings = new Bookings(new Database(pool), new Outbox(pool));
    }

    public Pool pool() {
        return pool;
    }

    public Map<String, EventHandler> handlers() {
        return new PaymentEvents().handlers();
    }

    public Future<UUID> book(BigDecimal fare) {
        Flight flight = new Flight("VIE", "LHR", DEPARTURE, DEPARTURE.plusHours(2), new Fare(fare, "EUR"));
        return bookings.book(flight, null, null).map(booked -> booked.booking().id());
    }

    /** False when the booking was rejected before. */
    public Future<Boolean> cancel(UUID id) {
        return bookings.cancel(id, null)
                .map(true)
                .recover(failure -> failure instanceof Refusal.Rejected
                        ? Future.succeededFuture(false)
                        : Future.failedFuture(failure));
    }
}
