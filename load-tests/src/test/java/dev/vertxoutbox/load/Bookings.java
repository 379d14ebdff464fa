package dev.vertxoutbox.load;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.asLongAsDuring;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.time.Duration;

/** What customers do. */
final class Bookings {
    private static final int CREATED = 201;
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    private static final Duration CONFIRMED_WITHIN = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
    private static final String FLIGHT = """
            {"departureAirport": "Paris CDG", "arrivalAirport": "London LHR",
             "departureDateTime": "2035-03-01T09:00:00Z", "arrivalDateTime": "2035-03-01T10:15:00Z",
             "fare": {"amount": 120, "currency": "EUR"}}
            """;

    /** A booking that is to succeed. */
    static final ChainBuilder BOOK = exec(http("book")
            .post("/api/flights")
            .body(StringBody(FLIGHT))
            .check(status().is(CREATED), jsonPath("$.id").saveAs("id")));

    /** A booking when there may be more than the service can do: to be told so at once is right as well. */
    static final ChainBuilder BOOK_OR_BE_TOLD =
            exec(http("book").post("/api/flights").body(StringBody(FLIGHT)).check(status().in(CREATED, UNAVAILABLE)));

    /** Looks at the booking until it is confirmed; one that is not within half a minute counts as failed. */
    static final ChainBuilder AWAIT_CONFIRMED = exec(session -> session.set("status", "PENDING"))
            .exec(asLongAsDuring(session -> "PENDING".equals(session.getString("status")), CONFIRMED_WITHIN)
                    .on(exec(look().check(jsonPath("$.status").saveAs("status")))
                            .pause(BETWEEN_LOOKS)))
            .exec(look().check(jsonPath("$.status").is("CONFIRMED")));

    static final ChainBuilder LIST =
            exec(http("list").get("/api/flights?limit=20").check(status().is(OK)));

    private Bookings() {}

    private static HttpRequestActionBuilder look() {
        return http("look").get("/api/flights/#{id}").check(status().is(OK));
    }
}
