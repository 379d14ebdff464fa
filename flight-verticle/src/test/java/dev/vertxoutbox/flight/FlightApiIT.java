package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class FlightApiIT {
    private static FlightService service;

    @BeforeAll
    static void start(Vertx vertx, TestDatabase db, TestQueues queues) throws TimeoutException {
        service = FlightService.start(vertx, db, queues);
    }

    @Test
    void bookedFlightIsPendingAndCanBeLookedUp() throws TimeoutException {
        HttpResponse<Buffer> booked = service.post(FlightService.flight());

        assertThat(booked.statusCode()).isEqualTo(201);
        JsonObject booking = booked.bodyAsJsonObject();
        UUID id = UUID.fromString(booking.getString("id"));
        assertThat(id.version()).isEqualTo(7);
        assertThat(booked.getHeader("Location")).isEqualTo("/api/flights/" + id);
        assertThat(booked.getHeader("Idempotency-Replayed")).isNull();
        assertThat(booking.getString("status")).isEqualTo("PENDING");
        assertThat(booking.getInteger("version")).isEqualTo(1);
        assertThat(booking.getString("departureDateTime")).isEqualTo("2027-03-01T08:30:00Z");
        assertThat(service.get("/api/flights/" + id).bodyAsJsonObject()).isEqualTo(booking);
    }

    @Test
    void fareIsOptionalAndDateTimesWithoutOffsetAreUtc() throws TimeoutException {
        JsonObject flight = FlightService.flight()
                .put("departureDateTime", "2027-03-01T08:30")
                .put("arrivalDateTime", "2027-03-01T10:05:00.123456789");
        flight.remove("fare");

        JsonObject booking = service.post(flight).bodyAsJsonObject();

        assertThat(booking.containsKey("fare")).isFalse();
        assertThat(booking.getString("departureDateTime")).isEqualTo("2027-03-01T08:30:00Z");
        assertThat(booking.getString("arrivalDateTime")).isEqualTo("2027-03-01T10:05:00.123456Z");
        assertThat(service.get("/api/flights/" + booking.getString("id")).bodyAsJsonObject())
                .isEqualTo(booking);
    }

    @Test
    void anyTextThatIsNotForbiddenComesBackAsSent() throws TimeoutException {
        JsonObject flight = FlightService.flight().put("departureAirport", "Łódź 東京 🛫 \"'\\;--");
        assertThat(service.post(flight).bodyAsJsonObject().getString("departureAirport"))
                .isEqualTo(flight.getString("departureAirport"));
    }

    @Test
    void versionThatTheClientHasIsNotSentAgain() throws TimeoutException {
        UUID id = service.book();
        String uri = "/api/flights/" + id;
        String tag = service.get(uri).getHeader("ETag");
        assertThat(conditional(uri, tag).statusCode()).isEqualTo(304);
        assertThat(conditional(uri, "\"7\", W/" + tag).statusCode()).isEqualTo(304);
        assertThat(conditional(uri, "*").statusCode()).isEqualTo(304);
        assertThat(conditional(uri, tag).body()).isNull();

        String cancelled = service.delete(uri).getHeader("ETag");
        HttpResponse<Buffer> changed = conditional(uri, tag);
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.getHeader("ETag")).isEqualTo(cancelled).isNotEqualTo(tag);
    }

    private static HttpResponse<Buffer> conditional(String uri, String tags) throws TimeoutException {
        return service.send(service.request(HttpMethod.GET, uri).putHeader("If-None-Match", tags));
    }

    @Test
    void unknownFlightIsNotFound() throws TimeoutException {
        String uri = "/api/flights/" + UUID.randomUUID();
        assertThat(service.get(uri).statusCode()).isEqualTo(404);
        assertThat(service.delete(uri).statusCode()).isEqualTo(404);
        assertThat(service.get(uri + "/events").statusCode()).isEqualTo(404);
    }

    @Test
    void cancellingTwiceIsCancellingOnce() throws TimeoutException {
        UUID id = service.book();

        HttpResponse<Buffer> first = service.delete("/api/flights/" + id);
        HttpResponse<Buffer> second = service.delete("/api/flights/" + id);

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.bodyAsJsonObject().getString("status")).isEqualTo("CANCELLED");
        assertThat(first.bodyAsJsonObject().getInteger("version")).isEqualTo(2);
        assertThat(second.bodyAsJsonObject()).isEqualTo(first.bodyAsJsonObject());
        assertThat(OutboxRows.of(service, id))
                .extracting(row -> row.getString("type"))
                .containsExactly("flight.booked", "flight.cancelled");
    }

    @Test
    void cancellingAtTheSameTimeIsCancellingOnce() throws TimeoutException {
        UUID id = service.book();
        List<Future<HttpResponse<Buffer>>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(service.request(HttpMethod.DELETE, "/api/flights/" + id).send());
        }
        Future.all(answers).await(15, SECONDS);
        assertThat(answers).allMatch(answer -> answer.result().statusCode() == 200);
        assertThat(OutboxRows.of(service, id)).hasSize(2);
    }

    @Test
    void rejectedFlightCannotBeCancelled() throws TimeoutException {
        UUID id = service.book();
        service.superuser()
                .query("UPDATE flight.booking SET status = 'REJECTED' WHERE id = '" + id + "'")
                .execute()
                .await(5, SECONDS);
        assertThat(service.delete("/api/flights/" + id).statusCode()).isEqualTo(409);
        assertThat(OutboxRows.of(service, id)).hasSize(1);
    }

    @Test
    void listIsPagedNewestFirstWithoutGapsWhileFlightsAreBooked() throws TimeoutException {
        List<String> mine = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            mine.add(0, service.book().toString());
        }
        List<String> seen = new ArrayList<>();
        @Nullable String next = "/api/flights?limit=3";
        while (next != null && seen.size() < 100) {
            HttpResponse<Buffer> page = service.get(next);
            assertThat(page.bodyAsJsonArray().size()).isLessThanOrEqualTo(3);
            page.bodyAsJsonArray().forEach(booking -> seen.add(((JsonObject) booking).getString("id")));
            service.book();
            next = nextLink(page);
        }
        assertThat(seen).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> b.compareTo(a));
        assertThat(seen).containsSubsequence(mine);
        assertThat(next).isNull();
    }

    private static @Nullable String nextLink(HttpResponse<Buffer> page) {
        String link = page.getHeader("Link");
        return link == null ? null : link.replaceFirst("<(.*)>; rel=\"next\"", "$1");
    }

    @Test
    void listWithoutLimitHasTwentyAtMost() throws TimeoutException {
        for (int i = 0; i < 21; i++) {
            service.book();
        }
        JsonArray page = service.get("/api/flights").bodyAsJsonArray();
        assertThat(page).hasSize(20);
    }

    @Test
    void sameKeyAndFlightIsBookedOnce() throws TimeoutException {
        HttpResponse<Buffer> first = service.post("key-1", FlightService.flight());
        JsonObject sameInOtherWords = FlightService.flight().put("departureDateTime", "2027-03-01T08:30:00.000Z");
        HttpResponse<Buffer> second = service.post("key-1", sameInOtherWords);

        assertThat(first.getHeader("Idempotency-Replayed")).isNull();
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.getHeader("Idempotency-Replayed")).isEqualTo("true");
        assertThat(second.getHeader("Location")).isEqualTo(first.getHeader("Location"));
        assertThat(second.bodyAsJsonObject()).isEqualTo(first.bodyAsJsonObject());
        UUID id = UUID.fromString(first.bodyAsJsonObject().getString("id"));
        assertThat(OutboxRows.of(service, id)).hasSize(1);
    }

    @Test
    void sameKeyWithAnotherFlightIsRefused() throws TimeoutException {
        service.post("key-2", FlightService.flight());
        int before = service.count("flight.booking");
        HttpResponse<Buffer> other =
                service.post("key-2", FlightService.flight().put("arrivalAirport", "Rome"));
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(other.bodyAsJsonObject().getString("type")).endsWith("idempotency-key-reused");
        assertThat(service.count("flight.booking")).isEqualTo(before);
    }

    @Test
    void sameKeyAtTheSameTimeIsBookedOnce() throws TimeoutException {
        List<HttpResponse<Buffer>> answers = service.postUntilAnswered(
                30,
                (i, request) -> request.putHeader("Idempotency-Key", "key-3")
                        .sendBuffer(FlightService.flight().toBuffer()));
        Set<String> ids = new HashSet<>();
        answers.forEach(answer -> ids.add(answer.bodyAsJsonObject().getString("id")));
        assertThat(answers).allMatch(answer -> answer.statusCode() == 201);
        assertThat(ids).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.getHeader("Idempotency-Replayed") == null)
                .hasSize(1);
    }

    @Test
    void refusedBookingDoesNotUseUpItsKey() throws TimeoutException {
        JsonObject backwards = FlightService.flight().put("arrivalDateTime", "2027-03-01T08:00:00Z");
        assertThat(service.post("key-4", backwards).statusCode()).isEqualTo(422);
        assertThat(service.post("key-4", FlightService.flight()).statusCode()).isEqualTo(201);
    }

    @Test
    void validTraceparentGoesWithTheEventAndTheAnswer() throws TimeoutException {
        String given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assertThat(bookTraced(given)).isEqualTo(given);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00-00000000000000000000000000000000-00f067aa0ba902b7-01", "nonsense"})
    void invalidTraceparentIsIgnoredAndOneMade(String given) throws TimeoutException {
        assertThat(bookTraced(given)).isNotEqualTo(given).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
    }

    /** Returns that of the event, which is that of the answer. */
    private String bookTraced(String traceparent) throws TimeoutException {
        HttpResponse<Buffer> booked = service.send(
                service.request(HttpMethod.POST, "/api/flights").putHeader("traceparent", traceparent),
                FlightService.flight().toBuffer());
        UUID id = UUID.fromString(booked.bodyAsJsonObject().getString("id"));
        String stored = OutboxRows.of(service, id).get(0).getString("traceparent");
        assertThat(booked.getHeader("traceparent")).isEqualTo(stored);
        return stored;
    }

    @Test
    void everyEventThatLeavesIsValidByItsSchema() throws TimeoutException {
        UUID id = service.book();
        service.delete("/api/flights/" + id);
        JsonObject withoutFare = FlightService.flight();
        withoutFare.remove("fare");
        UUID cheap =
                UUID.fromString(service.post(withoutFare).bodyAsJsonObject().getString("id"));

        List<JsonObject> events = new ArrayList<>(OutboxRows.of(service, id));
        events.addAll(OutboxRows.of(service, cheap));

        assertThat(events).hasSize(3).allSatisfy(EventSchemas::assertValid);
        assertThat(events).allMatch(event -> event.getString("topic").equals("flight"));
    }
}
