package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class BadInputIT {
    private static FlightService service;

    @BeforeAll
    static void start(Vertx vertx, TestDatabase db, TestQueues queues) throws TimeoutException {
        service = FlightService.start(vertx, db, queues);
    }

    @AfterAll
    static void nothingIsStoredAndTheServiceStillServes() throws TimeoutException {
        assertThat(service.count("flight.booking")).isZero();
        assertThat(service.count("outbox.event")).isZero();
        assertThat(service.count("flight.idempotency_key")).isZero();
        service.book();
    }

    static Stream<Arguments> fields() {
        return Stream.of(
                field("departureAirport", "", "1 to 100 characters"),
                field("departureAirport", " \t ", "1 to 100 characters"),
                field("departureAirport", "   ", "not blank"),
                field("departureAirport", "\u00a0\u2003", "not blank"),
                field("departureAirport", "x".repeat(101), "1 to 100 characters"),
                field("departureAirport", "Par\u0000is", "without control characters"),
                field("departureAirport", "Paris\n", "without control characters"),
                field("departureAirport", "Par\u2028is", "line breaks"),
                field("departureAirport", "Par\uffffis", "U+FFFF"),
                field("departureAirport", "Par\ufffeis", "U+FFFE"),
                field("departureAirport", "Par\ud800is", "surrogates"),
                field("arrivalAirport", 42, "1 to 100 characters"),
                field("arrivalAirport", null, "1 to 100 characters"),
                field("arrivalAirport", List.of("LHR"), "1 to 100 characters"),
                field("departureDateTime", "tomorrow", "RFC 3339"),
                field("departureDateTime", "", "RFC 3339"),
                field("departureDateTime", 1_772_354_400, "RFC 3339"),
                field("departureDateTime", "2027-02-30T10:00:00Z", "a day that the calendar has"),
                field("departureDateTime", "2027-13-01T10:00:00Z", "RFC 3339"),
                field("departureDateTime", "2027-03-01T25:00:00Z", "RFC 3339"),
                field("departureDateTime", "2027-03-01T10:00:00Z\n", "calendar"),
                field("departureDateTime", "1899-12-31T23:59:59Z", "1900"),
                field("departureDateTime", "2200-01-01T00:00:00Z", "2199"),
                field("departureDateTime", "+292278994-08-17T07:12:55Z", "RFC 3339"),
                field("departureDateTime", "2027-03-01", "RFC 3339"),
                field("departureDateTime", "2027-03-01 10:00:00Z", "RFC 3339"),
                field("departureDateTime", "2027-03-01T10:00:00+25:00", "RFC 3339"),
                field("fare", "free", "an object with exactly amount and currency"),
                field("fare", null, "an object with exactly amount and currency"));
    }

    private static Arguments field(String name, @Nullable Object value, String allowed) {
        return Arguments.of(FlightService.flight().put(name, value).toBuffer(), "#/" + name, allowed);
    }

    static Stream<Arguments> fares() {
        return Stream.of(
                fare("{\"amount\":-0.01,\"currency\":\"EUR\"}", "#/fare/amount", "from 0 to 1000000"),
                fare("{\"amount\":1000000.01,\"currency\":\"EUR\"}", "#/fare/amount", "from 0 to 1000000"),
                fare("{\"amount\":1e400,\"currency\":\"EUR\"}", "#/fare/amount", "from 0 to 1000000"),
                fare("{\"amount\":-1e400,\"currency\":\"EUR\"}", "#/fare/amount", "from 0 to 1000000"),
                fare("{\"amount\":" + "9".repeat(300) + ",\"currency\":\"EUR\"}", "#/fare/amount", "from 0 to 1000000"),
                fare("{\"amount\":10.001,\"currency\":\"EUR\"}", "#/fare/amount", "at most two decimals"),
                fare("{\"amount\":10.00000001,\"currency\":\"EUR\"}", "#/fare/amount", "at most two decimals"),
                fare("{\"amount\":\"10\",\"currency\":\"EUR\"}", "#/fare/amount", "a number"),
                fare("{\"currency\":\"EUR\"}", "#/fare/amount", "is required"),
                fare("{\"amount\":10}", "#/fare/currency", "is required"),
                fare("{\"amount\":10,\"currency\":\"eur\"}", "#/fare/currency", "three capital letters"),
                fare("{\"amount\":10,\"currency\":\"EUR\\n\"}", "#/fare/currency", "three capital letters"),
                fare("{\"amount\":10,\"currency\":\"EURO\"}", "#/fare/currency", "three capital letters"),
                fare("{\"amount\":10,\"currency\":\"EUR\",\"vat\":2}", "#/fare/vat", "is not known here"));
    }

    private static Arguments fare(String json, String pointer, String allowed) {
        String body = FlightService.flight().put("fare", "FARE").encode().replace("\"FARE\"", json);
        return Arguments.of(Buffer.buffer(body), pointer, allowed);
    }

    @ParameterizedTest
    @MethodSource({"fields", "fares"})
    void aFieldThatIsNotAllowedIsNamedWithWhatIsAllowed(Buffer flight, String pointer, String allowed)
            throws TimeoutException {
        HttpResponse<Buffer> answer = service.send(service.request(HttpMethod.POST, "/api/flights"), flight);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(violations(answer)).singleElement().satisfies(violation -> {
            assertThat(violation.pointer()).isEqualTo(pointer);
            assertThat(violation.detail()).contains(allowed);
        });
    }

    @Test
    void everyViolatedFieldIsListed() throws TimeoutException {
        JsonObject flight = FlightService.flight()
                .put("arrivalAirport", " ")
                .put("seat/row", "12A")
                .put("fare", new JsonObject().put("amount", -1).put("currency", "x"));
        flight.remove("departureDateTime");
        assertThat(violations(service.post(flight)))
                .extracting(Violation::pointer)
                .containsExactlyInAnyOrder(
                        "#/departureDateTime", "#/arrivalAirport", "#/seat~1row", "#/fare/amount", "#/fare/currency");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "not json",
                "{\"departureAirport\":}",
                "{} {}",
                "{\"amount\":NaN}",
                "\u0000",
                "[]",
                "null",
                "42",
                "\"text\"",
                "{}"
            })
    void aBodyThatIsNoFlightIsRefused(String body) throws TimeoutException {
        HttpResponse<Buffer> answer =
                service.send(service.request(HttpMethod.POST, "/api/flights"), Buffer.buffer(body));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(violations(answer)).isNotEmpty();
    }

    @Test
    void deeplyNestedAndInvalidUtf8BodiesAreRefused() throws TimeoutException {
        for (Buffer body : List.of(
                Buffer.buffer("[".repeat(16_000)),
                Buffer.buffer("{\"a\":".repeat(3_000)),
                Buffer.buffer(new byte[] {'"', (byte) 0xff, (byte) 0xc0, '"'}))) {
            assertThat(service.send(service.request(HttpMethod.POST, "/api/flights"), body)
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @CsvSource({"2027-03-01T09:30:00+01:00", "2027-03-01T08:29:59Z"})
    void arrivalThatIsNotAfterDepartureIsUnprocessable(String arrival) throws TimeoutException {
        HttpResponse<Buffer> answer = service.post(FlightService.flight().put("arrivalDateTime", arrival));
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(violations(answer)).extracting(Violation::pointer).containsExactly("#/arrivalDateTime");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data"})
    void anotherContentTypeIsUnsupported(String type) throws TimeoutException {
        HttpRequest<Buffer> request =
                service.request(HttpMethod.POST, "/api/flights").putHeader("Content-Type", type);
        HttpResponse<Buffer> answer =
                service.send(request, FlightService.flight().toBuffer());
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.getHeader("Accept-Post")).isEqualTo("application/json");
    }

    @Test
    void noContentTypeIsUnsupported() throws TimeoutException {
        HttpResponse<Buffer> answer = service.send(
                service.client().post("/api/flights"), FlightService.flight().toBuffer());
        assertThat(answer.statusCode()).isEqualTo(415);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/flights, text/html",
        "GET, /api/flights, text/event-stream",
        "GET, /api/flights/019b0a2e-6c00-7d3a-8f21-5b6c7d8e9f01, application/xml",
        "GET, /api/flights/019b0a2e-6c00-7d3a-8f21-5b6c7d8e9f01/events, application/json"
    })
    void mediaTypesThatAreNotThereAreNotAcceptable(String method, String uri, String accept) throws TimeoutException {
        assertThat(service.send(service.request(HttpMethod.valueOf(method), uri).putHeader("Accept", accept))
                        .statusCode())
                .isEqualTo(406);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /api/flights, 'GET, POST'",
        "DELETE, /api/flights, 'GET, POST'",
        "PATCH, /api/flights/019b0a2e-6c00-7d3a-8f21-5b6c7d8e9f01, 'DELETE, GET'",
        "POST, /api/flights/019b0a2e-6c00-7d3a-8f21-5b6c7d8e9f01/events, GET",
        "DELETE, /openapi.yaml, GET"
    })
    void otherMethodsAreNotAllowedAndTheAllowedAreNamed(String method, String uri, String allow)
            throws TimeoutException {
        HttpResponse<Buffer> answer = service.send(service.request(HttpMethod.valueOf(method), uri));
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.getHeader("Allow")).isEqualTo(allow);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/flights?limit=0",
                "/api/flights?limit=101",
                "/api/flights?limit=-1",
                "/api/flights?limit=ten",
                "/api/flights?limit=1.5",
                "/api/flights?limit=",
                "/api/flights?limit=99999999999999999999",
                "/api/flights?limit=1&limit=2",
                "/api/flights?cursor=",
                "/api/flights?cursor=abc",
                "/api/flights?cursor=%00",
                "/api/flights?cursor=AZsKLmwAfTqPIVtsfY6fAQAA",
                "/api/flights?cursor=%27%3B--",
                "/api/flights/1",
                "/api/flights/019b0a2e-6c00-7d3a-8f21-5b6c7d8e9f0",
                "/api/flights/019b0a2e6c007d3a8f215b6c7d8e9f01",
                "/api/flights/019b0a2e-6c00-7d3a-8f21-5b6c7d8e9f01%0A",
                "/api/flights/%00",
                "/api/flights/%FF%FE",
                "/api/flights/not-a-uuid/events"
            })
    void aParameterThatIsNotAllowedIsNamed(String uri) throws TimeoutException {
        HttpResponse<Buffer> answer = service.get(uri);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(violations(answer))
                .extracting(Violation::pointer)
                .allMatch(List.of("query/limit", "query/cursor", "path/id")::contains)
                .hasSize(1);
    }

    @Test
    void malformedPercentEncodingIsABadRequest() throws TimeoutException {
        assertThat(service.get("/api/flights/%zz").statusCode()).isEqualTo(400);
        assertThat(service.get("/api/flights?limit=%zz").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "ünïcode"})
    void anIdempotencyKeyThatIsNotAllowedIsNamed(String key) throws TimeoutException {
        assertThat(violations(service.post(key, FlightService.flight())))
                .extracting(Violation::pointer)
                .containsExactly("header/Idempotency-Key");
    }

    @Test
    void emptyAndLongIdempotencyKeysAreNamed() throws TimeoutException {
        for (String key : List.of("", "x".repeat(256))) {
            assertThat(service.post(key, FlightService.flight()).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void bodiesThatAreTooLargeAreRefused() throws TimeoutException {
        for (int size : new int[] {FlightRouter.BODY_LIMIT + 1, 10 * 1024 * 1024}) {
            Buffer body = Buffer.buffer("\"" + "x".repeat(size) + "\"");
            HttpResponse<Buffer> answer = service.send(service.request(HttpMethod.POST, "/api/flights"), body);
            assertThat(answer.statusCode()).isEqualTo(413);
        }
    }

    @Test
    void bodiesThatAreTooLargeAreRefusedAlsoWithoutContentLength(Vertx vertx) throws TimeoutException {
        HttpResponse<Buffer> answer = service.request(HttpMethod.POST, "/api/flights")
                .sendStream(new Chunks(vertx, 200, Buffer.buffer("x".repeat(1_000))))
                .await(10, SECONDS);
        assertThat(answer.statusCode()).isEqualTo(413);
    }

    @Test
    void headersThatAreTooLargeAreRefused() throws TimeoutException {
        HttpResponse<Buffer> answer = service.request(HttpMethod.GET, "/api/flights")
                .putHeader("X-Large", "x".repeat(9_000))
                .send()
                .await(10, SECONDS);
        assertThat(answer.statusCode()).isEqualTo(431);
        assertThat(service.request(HttpMethod.GET, "/api/flights?cursor=" + "x".repeat(5_000))
                        .send()
                        .await(10, SECONDS)
                        .statusCode())
                .isEqualTo(414);
    }

    @Test
    void unknownPathsAreNotFound() throws TimeoutException {
        for (String uri : List.of("/api", "/api/flight", "/api/flights/" + UUID.randomUUID() + "/seats", "/health")) {
            assertThat(service.get(uri).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aLastEventIdThatIsNoVersionIsNamed() throws TimeoutException {
        HttpResponse<Buffer> answer =
                service.send(service.request(HttpMethod.GET, "/api/flights/" + UUID.randomUUID() + "/events")
                        .putHeader("Last-Event-ID", "latest"));
        assertThat(violations(answer)).extracting(Violation::pointer).containsExactly("header/Last-Event-ID");
    }

    private static List<Violation> violations(HttpResponse<Buffer> answer) {
        List<Violation> violations = new ArrayList<>();
        answer.bodyAsJsonObject().getJsonArray("errors").forEach(error -> {
            JsonObject json = (JsonObject) error;
            violations.add(new Violation(json.getString("pointer"), json.getString("detail")));
        });
        return violations;
    }
}
