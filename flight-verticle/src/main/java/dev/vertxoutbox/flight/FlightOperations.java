package dev.vertxoutbox.flight;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The operations of the contract. */
final class FlightOperations {

    private static final String PATH = "/api/flights";
    private static final int DEFAULT_LIMIT = 20;

    /** W3C trace context, version 00; all-zero ids are invalid. */
    private static final Pattern TRACEPARENT =
            Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

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
        return bookings.book(flight, arguments.text("Idempotency-Key"), traceparent(arguments))
                .compose(result -> created(ctx, result));
    }

    private Future<Void> created(RoutingContext ctx, Bookings.Booked result) {
        (result.replayed() ? replayed : booked).increment();
        ctx.response()
                .setStatusCode(201)
                .putHeader(HttpHeaders.LOCATION, PATH + "/" + result.booking().id());
        if (result.replayed()) {
            ctx.response().putHeader("Idempotency-Replayed", "true");
        }
        return ok(ctx, result.booking().toJson());
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
            return answer(ctx, json.encode());
        });
    }

    private Future<Void> getFlight(RoutingContext ctx, Arguments arguments) {
        return bookings.find(arguments.id()).compose(booking -> ok(ctx, booking.toJson()));
    }

    private Future<Void> cancelFlight(RoutingContext ctx, Arguments arguments) {
        return bookings.cancel(arguments.id(), traceparent(arguments)).compose(booking -> ok(ctx, booking.toJson()));
    }

    private Future<Void> watchFlight(RoutingContext ctx, Arguments arguments) {
        int seen = arguments.number("Last-Event-ID", 0);
        return bookings.find(arguments.id()).compose(booking -> watchers.watch(ctx.response(), booking, seen));
    }

    private static Future<Void> ok(RoutingContext ctx, JsonObject json) {
        return answer(ctx, json.encode());
    }

    private static Future<Void> answer(RoutingContext ctx, String json) {
        if (ctx.response().closed()) {
            // The client has gone; what it asked for is done all the same.
            return Future.succeededFuture();
        }
        return ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(json);
    }

    /** What the client sent if it is valid, as the specification asks; a broken one must not break the booking. */
    private static @Nullable String traceparent(Arguments arguments) {
        String given = arguments.text("traceparent");
        return given != null && TRACEPARENT.matcher(given).matches() ? given : null;
    }
}
