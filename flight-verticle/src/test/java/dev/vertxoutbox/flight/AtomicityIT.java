package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invariant 1: a booking row exists if and only if its flight.booked event existed. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class AtomicityIT {
    private static final String SECRET = "internal detail";

    /** Fails for a booking to or from "Nowhere", and when one is cancelled that says so. */
    private static final String FAULTS = """
            CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'internal detail'; END $$;
            CREATE CONSTRAINT TRIGGER fail_when_appended AFTER INSERT ON outbox.event
                FOR EACH ROW WHEN (NEW.data::text LIKE '%FailsWhenAppended%') EXECUTE FUNCTION public.fail();
            CREATE CONSTRAINT TRIGGER fail_at_commit AFTER INSERT ON outbox.event
                DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW WHEN (NEW.data::text LIKE '%FailsAtCommit%') EXECUTE FUNCTION public.fail();
            CREATE CONSTRAINT TRIGGER fail_to_cancel AFTER INSERT ON outbox.event
                FOR EACH ROW WHEN (NEW.type = 'flight.cancelled') EXECUTE FUNCTION public.fail();
            """;

    private static final String WITHOUT_EACH_OTHER = """
            SELECT count(*)::int FROM flight.booking b
            FULL JOIN outbox.event e ON e.subject = b.id::text AND e.type = 'flight.booked'
            WHERE b.id IS NULL OR e.id IS NULL
            """;

    private static final String BOOKINGS_THAT_FAIL =
            "SELECT count(*)::int FROM flight.booking WHERE arrival_airport LIKE 'Fails%'";

    private static final String BUSY = """
            SELECT count(*)::int FROM pg_stat_activity
            WHERE application_name = 'outbox-flight' AND datname = current_database() AND state <> 'idle'
            """;

    private static FlightService service;

    @BeforeAll
    static void start(Vertx vertx, TestDatabase db, TestQueues queues) throws TimeoutException {
        service = FlightService.start(vertx, db, queues);
        service.superuser().query(FAULTS).execute().await(5, SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FailsWhenAppended", "FailsAtCommit"})
    void rolledBackBookingLeavesNeitherRowNorEventNorKey(String fault) throws TimeoutException {
        JsonObject flight = FlightService.flight().put("arrivalAirport", fault);

        HttpResponse<Buffer> answer = service.post("key-" + fault, flight);

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.bodyAsString()).doesNotContain(SECRET);
        assertThat(number(BOOKINGS_THAT_FAIL)).isZero();
        assertThat(number(WITHOUT_EACH_OTHER)).isZero();
        assertThat(service.post("key-" + fault, FlightService.flight()).statusCode())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FailsWhenAppended", "FailsAtCommit"})
    void badBookingHurtsNoneOfThoseWhoseTransactionItShares(String fault) throws TimeoutException {
        List<HttpResponse<Buffer>> answers = service.postUntilAnswered(
                90,
                (i, request) -> request.putHeader("Idempotency-Key", fault + i)
                        .sendBuffer(FlightService.flight()
                                .put("arrivalAirport", i % 30 == 7 ? fault : "London")
                                .toBuffer()));

        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).statusCode()).as("booking " + i).isEqualTo(i % 30 == 7 ? 500 : 201);
        }
        assertThat(service.largestGroup()).isGreaterThan(1);
        assertThat(number(WITHOUT_EACH_OTHER)).isZero();
        assertThat(number(BOOKINGS_THAT_FAIL)).isZero();
    }

    @Test
    void cancellationThatCannotBeAnnouncedDoesNotHappen() throws TimeoutException {
        UUID id = service.book();
        assertThat(service.delete("/api/flights/" + id).statusCode()).isEqualTo(500);
        assertThat(service.statusOf(id)).isEqualTo("PENDING");
        assertThat(OutboxRows.of(service, id)).hasSize(1);
    }

    @Test
    void clientsThatGoAwayMidwayLeaveBothOrNeither(Vertx vertx) throws TimeoutException {
        int before = service.count("flight.booking");
        NetClient client = vertx.createNetClient();
        List<Future<Void>> gone = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            int delayMicros = i * 50;
            gone.add(client.connect(service.port(), "localhost")
                    .compose(socket -> socket.write(rawRequest())
                            .compose(sent -> delayMicros < 2_000
                                    ? Future.succeededFuture()
                                    : vertx.timer(delayMicros, MICROSECONDS).mapEmpty())
                            .compose(waited -> socket.close())));
        }
        Future.all(gone).await(20, SECONDS);

        await().pollInterval(100, MILLISECONDS).until(() -> number(BUSY) == 0);
        assertThat(service.count("flight.booking")).isGreaterThan(before);
        assertThat(number(WITHOUT_EACH_OTHER)).isZero();
    }

    private static String rawRequest() {
        String body = FlightService.flight().encode();
        return "POST /api/flights HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    private static int number(String sql) throws TimeoutException {
        return service.superuser()
                .query(sql)
                .execute()
                .await(5, SECONDS)
                .iterator()
                .next()
                .getInteger(0);
    }
}
