package dev.vertxoutbox.flight;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The operations of the contract. */
final class FlightOperations {

    private static final String PATH = "/api/flights";
    private static final int DEFAULT_LIMIT = 20;

    private final Bookings bookings;
    private final Watchers watchers;
    private final Counter booked;
    private final Counter replayed;

    FlightOperations(Bookings bookings, Watchers watchers, MeterRegistry meters) {
        this.bookings = bookings;
        this.watchers = watchers;
        this.booked = meters.counter("flight.bookings", "outcome", "booked");
        this.replayed = meters.counter("flight.bookings", "outcome", "replayed");
    }

    /** One operation: completes when the answer is written, or fails with what becomes a problem document. */
    @FunctionalInterface
    interface Handler {
        Future<Void> handle(RoutingContext ctx, Arguments arguments);
    }

    /** The handlers by operation id. */
    Map<String, Handler> byOperationId() {
        return Map.of(
                "bookFlight", this::bookFlight,
                "listFlights", this::listFlights,
                "getFlight", this::getFlight,
                "cancelFlight", this::cancelFlight,
                "watchFlight", this::watchFlight);
    }

    private Future<Void> bookFlight(RoutingContext ctx, Arguments arguments) {
        Flight flight = FlightReader.read(arguments.requiredBody());
        return bookings.book(flight, arguments.text("Idempotency-Key"), RequestSpans.traceparent(ctx))
                .compose(result -> created(ctx, result));
    }

    private Future<Void> created(RoutingContext ctx, BookingTransaction.Booked result) {
        (result.replayed() ? replayed : booked).increment();
        ctx.response()
                .setStatusCode(201)
                .putHeader(HttpHeaders.LOCATION, PATH + "/" + result.booking().id());
        if (result.replayed()) {
            ctx.response().putHeader("Idempotency-Replayed", "true");
        }
        return ok(ctx, result.booking());
    }

    private Future<Void> listFlights(RoutingContext ctx, Arguments arguments) {
        int limit = arguments.number("limit", DEFAULT_LIMIT);
        UUID before = Cursor.decode(arguments.text("cursor"));
        return bookings.page(before, limit + 1).compose(found -> {
            List<Booking> page = found.subList(0, Math.min(limit, found.size()));
            if (found.size() > limit) {
                String cursor = Cursor.encode(page.get(limit - 1).id());
                ctx.response()
                        .putHeader("Link", "<" + PATH + "?limit=" + limit + "&cursor=" + cursor + ">; rel=\"next\"");
            }
            JsonArray json = new JsonArray(page.stream().map(Booking::toJson).toList());
            return answer(ctx, json.toBuffer());
        });
    }

    private Future<Void> getFlight(RoutingContext ctx, Arguments arguments) {
        return bookings.find(arguments.id()).compose(booking -> {
            // It may be kept, unlike others, but not shown without asking.
            ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache");
            if (ETag.matches(arguments.text("If-None-Match"), booking)) {
                return ctx.response()
                        .setStatusCode(304)
                        .putHeader(HttpHeaders.ETAG, ETag.of(booking))
                        .end();
            }
            return ok(ctx, booking);
        });
    }

    private Future<Void> cancelFlight(RoutingContext ctx, Arguments arguments) {
        return bookings.cancel(arguments.id(), RequestSpans.traceparent(ctx)).compose(booking -> ok(ctx, booking));
    }

    private Future<Void> watchFlight(RoutingContext ctx, Arguments arguments) {
        int seen = arguments.number("Last-Event-ID", 0);
        return bookings.find(arguments.id()).compose(booking -> watchers.watch(ctx.response(), booking, seen));
    }

    private static Future<Void> ok(RoutingContext ctx, Booking booking) {
        ctx.response().putHeader(HttpHeaders.ETAG, ETag.of(booking));
        return answer(ctx, booking.toJson().toBuffer());
    }

    private static Future<Void> answer(RoutingContext ctx, Buffer json) {
        if (ctx.response().closed()) {
            // The client has gone; what it asked for is done all the same.
            return Future.succeededFuture();
        }
        return ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(json);
    }
}
