package dev.vertxoutbox.launcher.console;

import dev.vertxoutbox.launcher.Operation;
import dev.vertxoutbox.launcher.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Books flights for a viewer. */
final class BookingDesk {

    private static final String NO_API = "This process does not run the booking API; ask one that runs the flight role";
    private static final String TOKENS =
            "The booking API asks for access tokens (AUTH_JWKS_URL), and the console has none: book with a client of yours";

    private final Subject.@Nullable Flight flight;
    private final @Nullable BookingApi api;

    /** @param api null where the flight role is not run */
    BookingDesk(Subject.@Nullable Flight flight, @Nullable BookingApi api) {
        this.flight = flight;
        this.api = api;
    }

    /** Why nothing can be booked from here, or null. */
    @Nullable
    String obstacle() {
        if (flight == null) {
            return NO_API;
        }
        return flight.open() ? null : TOKENS;
    }

    /** Books each flight of the body and tells how many were; fails with the API's words when none was. */
    Future<Void> book(RoutingContext ctx, Runnable booked) {
        String obstacle = obstacle();
        BookingApi open = api;
        if (obstacle != null || open == null) {
            return Future.failedFuture(new ProblemException(409, obstacle == null ? NO_API : obstacle));
        }
        JsonArray flights = Objects.requireNonNull(ctx.body().asJsonArray());
        List<Future<BookingApi.Answer>> calls =
                flights.stream().map(JsonObject.class::cast).map(open::book).toList();
        return Future.join(calls)
                .transform(ended -> tally(calls))
                .onSuccess(tally -> booked.run())
                .compose(tally -> Operation.json(ctx, 201, tally));
    }

    private static Future<JsonObject> tally(List<Future<BookingApi.Answer>> calls) {
        JsonArray bookings = new JsonArray();
        Throwable refusal = null;
        int refused = 0;
        for (Future<BookingApi.Answer> call : calls) {
            if (call.succeeded() && call.result().status() == 201) {
                bookings.add(call.result().body().toJsonObject().getString("id"));
            } else {
                refused++;
                refusal = call.succeeded() ? BookingApi.problem(call.result()) : call.cause();
            }
        }
        if (bookings.isEmpty() && refusal != null) {
            return Future.failedFuture(refusal);
        }
        JsonObject tally = new JsonObject().put("booked", bookings).put("refused", refused);
        return Future.succeededFuture(refusal == null ? tally : tally.put("reason", refusal.getMessage()));
    }
}
