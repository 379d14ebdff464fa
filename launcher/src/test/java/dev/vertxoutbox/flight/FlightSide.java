package dev.vertxoutbox.flight;

import dev.vertxoutbox.inbox.EventHandler;
import dev.vertxoutbox.outbox.Outbox;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** The flight service without its servers: what its requests do, and its handlers. */
public final class FlightSide {
    private static final OffsetDateTime DEPARTURE = OffsetDateTime.parse("2030-01-01T10:00:00Z");

    private static final String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

    private final Context context;
    private final Pool pool;
    private final Bookings bookings;

    public FlightSide(Vertx vertx, PgConnectOptions database, int connections) {
        pool = Database.pool(vertx, database, connections);
        context = vertx.getOrCreateContext();
        bookings = new Bookings(vertx, new Database(pool), new Outbox(pool), new SimpleMeterRegistry());
    }

    public Pool pool() {
        return pool;
    }

    public Map<String, EventHandler> handlers() {
        return new PaymentEvents().handlers();
    }

    public Future<UUID> book(BigDecimal fare) {
        Flight flight = new Flight("VIE", "LHR", DEPARTURE, DEPARTURE.plusHours(2), new Fare(fare, "EUR"));
        return onEventLoop(() -> bookings.book(flight, null, TRACEPARENT)
                .map(booked -> booked.booking().id()));
    }

    /** False when the booking was rejected before. */
    public Future<Boolean> cancel(UUID id) {
        return onEventLoop(() -> bookings.cancel(id, TRACEPARENT)
                .map(true)
                .recover(failure -> failure instanceof Refusal.Rejected
                        ? Future.succeededFuture(false)
                        : Future.failedFuture(failure)));
    }

    private <T> Future<T> onEventLoop(Supplier<Future<T>> work) {
        return Future.future(result -> context.runOnContext(go -> work.get().onComplete(result)));
    }
}
