package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.junit5.VertxExtension;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class WatchIT {
    private static final int MAX_WATCHERS = 3;

    private static FlightService service;
    private static Vertx vertx;
    private static TestDatabase database;
    private static TestQueues testQueues;

    @BeforeAll
    static void start(Vertx injected, TestDatabase db, TestQueues queues) throws TimeoutException {
        vertx = injected;
        database = db;
        testQueues = queues;
        service = FlightService.start(vertx, db, queues, config -> config.withMaxWatchers(MAX_WATCHERS));
    }

    /** Opens a stream as soon as there is a place: that of one that has just been closed is free a moment later. */
    private static EventStream watch(UUID id, @Nullable String lastEventId) {
        return await().atMost(10, SECONDS)
                .until(
                        () -> EventStream.open(vertx, service.port(), "/api/flights/" + id + "/events", lastEventId),
                        stream -> stream.response().statusCode() != 503);
    }

    @Test
    void currentStatusIsShownAtOnceAndEachChangeUntilAFinalOne() throws TimeoutException {
        UUID id = service.book();
        try (EventStream stream = watch(id, null)) {
            assertThat(stream.response().getHeader("Content-Type")).isEqualTo("text/event-stream");
            assertThat(stream.response().getHeader("Cache-Control")).isEqualTo("no-store");
            stream.awaitStatuses("PENDING");
            new PaymentQueue(testQueues).send("payment.authorized", id);
            stream.awaitStatuses("PENDING", "CONFIRMED");
            assertThat(stream.hasEnded()).isFalse();
            service.delete("/api/flights/" + id);
            stream.awaitStatuses("PENDING", "CONFIRMED", "CANCELLED");
            stream.awaitEnd();
            assertThat(stream.bookings().get(2))
                    .isEqualTo(service.get("/api/flights/" + id).bodyAsJsonObject());
        }
    }

    @Test
    void finalStatusIsShownAndEndsTheStream() throws TimeoutException {
        UUID id = service.book();
        service.delete("/api/flights/" + id);
        try (EventStream stream = watch(id, "1")) {
            stream.awaitStatuses("CANCELLED");
            stream.awaitEnd();
        }
    }

    @Test
    void statusSeenIsNotShownAgain() throws TimeoutException {
        UUID id = service.book();
        try (EventStream stream = watch(id, "1")) {
            await().until(() -> stream.text().startsWith(": connected"));
            service.delete("/api/flights/" + id);
            stream.awaitStatuses("CANCELLED");
        }
    }

    @Test
    void finalStatusSeenIsAnsweredWithNoContent() throws TimeoutException {
        UUID id = service.book();
        service.delete("/api/flights/" + id);
        assertThat(service.send(service.request(HttpMethod.GET, "/api/flights/" + id + "/events")
                                .putHeader("Last-Event-ID", "2"))
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void watchersOfOneFlightAllSeeItChange() throws TimeoutException {
        UUID id = service.book();
        try (EventStream one = watch(id, null);
                EventStream other = watch(id, "1")) {
            one.awaitStatuses("PENDING");
            service.delete("/api/flights/" + id);
            one.awaitStatuses("PENDING", "CANCELLED");
            other.awaitStatuses("CANCELLED");
        }
    }

    @Test
    void tooManyWatchersAreToldToComeBackAndPlacesAreFreedWhenTheyLeave() throws TimeoutException {
        UUID id = service.book();
        EventStream[] streams = new EventStream[MAX_WATCHERS];
        for (int i = 0; i < streams.length; i++) {
            streams[i] = watch(id, null);
        }
        var refused = service.get("/api/flights/" + id + "/events");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.getHeader("Retry-After")).isEqualTo("1");

        streams[0].close();
        watch(id, null).close();
        for (EventStream stream : streams) {
            stream.close();
        }
    }

    @Test
    void streamsSurviveTheLossOfTheDatabaseSessions() throws TimeoutException {
        UUID id = service.book();
        try (EventStream stream = watch(id, null)) {
            stream.awaitStatuses("PENDING");
            database.killBackends();
            await().atMost(10, SECONDS)
                    .until(() -> service.delete("/api/flights/" + id).statusCode() == 200);
            stream.awaitStatuses("PENDING", "CANCELLED");
        }
    }

    @Test
    void streamsEndWhenTheServiceStops() throws TimeoutException {
        FlightService other = FlightService.start(vertx, database, testQueues);
        UUID id = other.book();
        try (EventStream stream = EventStream.open(vertx, other.port(), "/api/flights/" + id + "/events", null)) {
            stream.awaitStatuses("PENDING");
            other.stop();
            stream.awaitEnd();
            assertThat(stream.text()).endsWith("\n\n");
        }
    }
}
