package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class PaymentEventsIT {
    private static final String PROCESSED = "SELECT count(*)::int FROM inbox.processed WHERE event_id = $1";

    private static FlightService service;
    private static PaymentQueue payments;

    @BeforeAll
    static void start(Vertx vertx, TestDatabase db, TestQueues queues) throws TimeoutException {
        service = FlightService.start(vertx, db, queues);
        payments = new PaymentQueue(queues);
    }

    @ParameterizedTest
    @CsvSource({"payment.authorized, CONFIRMED", "payment.declined, REJECTED"})
    void pendingFlightGetsTheStatusThatItsPaymentEarned(String type, String status) throws TimeoutException {
        UUID id = service.book();
        awaitProcessed(payments.send(type, id));
        assertBooking(id, status, 2);
    }

    @Test
    void eventsDeliveredTwiceTakeEffectOnce() throws TimeoutException {
        UUID id = service.book();
        UUID event = payments.send("payment.authorized", id);
        payments.send("payment.authorized", id, event);
        payments.send("payment.authorized", id, event);
        awaitProcessed(payments.send("payment.refunded", id));
        assertBooking(id, "CONFIRMED", 2);
    }

    @ParameterizedTest
    @CsvSource({"payment.authorized", "payment.declined", "payment.refunded"})
    void cancelledFlightStaysCancelled(String type) throws TimeoutException {
        UUID id = service.book();
        service.delete("/api/flights/" + id);
        awaitProcessed(payments.send(type, id));
        assertBooking(id, "CANCELLED", 2);
    }

    @Test
    void confirmedFlightIsCancelledAndItsRefundChangesNothing() throws TimeoutException {
        UUID id = service.book();
        awaitProcessed(payments.send("payment.authorized", id));
        assertThat(service.delete("/api/flights/" + id).bodyAsJsonObject().getInteger("version"))
                .isEqualTo(3);
        awaitProcessed(payments.send("payment.refunded", id));
        assertBooking(id, "CANCELLED", 3);
    }

    @ParameterizedTest
    @CsvSource({"payment.authorized, payment.declined, CONFIRMED", "payment.declined, payment.authorized, REJECTED"})
    void eventThatContradictsAnEarlierOneChangesNothing(String first, String second, String status)
            throws TimeoutException {
        UUID id = service.book();
        payments.send(first, id);
        awaitProcessed(payments.send(second, id));
        assertBooking(id, status, 2);
    }

    @Test
    void flightsWhosePaymentsComeTogetherAreSettledByOneStatement() throws TimeoutException {
        UUID confirmed = service.book();
        UUID rejected = service.book();
        UUID cancelled = service.book();
        service.delete("/api/flights/" + cancelled);
        Map<UUID, Status> earned =
                Map.of(confirmed, Status.CONFIRMED, rejected, Status.REJECTED, cancelled, Status.CONFIRMED);
        Set<UUID> settled = service.superuser()
                .withTransaction(tx -> new BookingStore().settle(tx, earned))
                .await(5, SECONDS);
        assertThat(settled).containsExactlyInAnyOrder(confirmed, rejected);
        assertBooking(confirmed, "CONFIRMED", 2);
        assertBooking(rejected, "REJECTED", 2);
        assertBooking(cancelled, "CANCELLED", 2);
    }

    @Test
    void eventsOfManyFlightsEachGiveTheirFlightItsStatus() throws TimeoutException {
        Map<UUID, String> statuses = new LinkedHashMap<>();
        List<UUID> events = new ArrayList<>();
        for (int n = 0; n < 20; n++) {
            UUID id = service.book();
            statuses.put(id, n % 2 == 0 ? "CONFIRMED" : "REJECTED");
            events.add(payments.send(n % 2 == 0 ? "payment.authorized" : "payment.declined", id));
        }
        events.forEach(PaymentEventsIT::awaitProcessed);
        for (Map.Entry<UUID, String> booking : statuses.entrySet()) {
            assertBooking(booking.getKey(), booking.getValue(), 2);
        }
    }

    @Test
    void eventOutOfOrderDoesNotKeepALaterOneFromItsEffect() throws TimeoutException {
        UUID id = service.book();
        payments.send("payment.refunded", id);
        awaitProcessed(payments.send("payment.authorized", id));
        assertBooking(id, "CONFIRMED", 2);
    }

    @Test
    void eventOfAnUnknownFlightIsTakenOffTheQueue() {
        awaitProcessed(payments.send("payment.authorized", UUID.randomUUID()));
    }

    @Test
    void eventWithoutABookingGoesToTheDeadLetters(TestQueues queues) {
        payments.send("payment.authorized", "nobody", UUID.randomUUID(), new JsonObject().put("bookingId", 42));
        await().atMost(15, SECONDS)
                .until(() -> queues.depth(queues.deadLetterUrl(queues.paymentUrl())) == 1
                        && queues.depth(queues.paymentUrl()) == 0);
    }

    private static void assertBooking(UUID id, String status, int version) throws TimeoutException {
        JsonObject booking = service.get("/api/flights/" + id).bodyAsJsonObject();
        assertThat(booking.getString("status")).isEqualTo(status);
        assertThat(booking.getInteger("version")).isEqualTo(version);
    }

    private static void awaitProcessed(UUID eventId) {
        await().atMost(15, SECONDS)
                .until(() -> service.superuser()
                                .preparedQuery(PROCESSED)
                                .execute(Tuple.of(eventId))
                                .await(5, SECONDS)
                                .iterator()
                                .next()
                                .getInteger(0)
                        == 1);
    }
}
