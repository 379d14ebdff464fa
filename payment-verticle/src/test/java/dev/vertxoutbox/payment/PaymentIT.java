package dev.vertxoutbox.payment;

import static dev.vertxoutbox.payment.PaymentBench.eventually;
import static dev.vertxoutbox.payment.PaymentBench.fare;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class PaymentIT {
    private final UUID booking = UUID.randomUUID();
    private PaymentBench bench;

    @BeforeEach
    void prepare(Vertx vertx, TestDatabase db, Sandbox sandbox) {
        bench = new PaymentBench(vertx, db, sandbox);
    }

    @AfterEach
    void cleanUp() {
        bench.close();
    }

    @Test
    void bookingWithinTheLimitIsChargedAndItsPaymentAnnouncedInTheSameTrace() {
        PaymentVerticle payments = bench.deploy();
        bench.sendBooked(booking, fare(199.99));

        bench.settle();

        assertThat(bench.statuses(booking)).containsExactly("AUTHORIZED");
        assertThat(bench.books(booking)).containsExactly("charge 199.99");
        JsonObject event = bench.announced(booking).get(0);
        assertThat(event.getString("type")).isEqualTo("payment.authorized");
        assertThat(event.getString("sequence")).isEqualTo("1");
        assertThat(event.getString("traceparent")).isEqualTo(PaymentBench.TRACE);
        assertThat(event.getJsonObject("data").getDouble("amount")).isEqualTo(199.99);
        assertThat(payments.status().ok()).isTrue();
    }

    @Test
    void bookingAboveTheLimitIsDeclinedAndAtTheLimitIsNot() {
        UUID atLimit = UUID.randomUUID();
        bench.sendBooked(booking, fare(10_000.01));
        bench.sendBooked(atLimit, fare(10_000));
        bench.deploy();

        bench.settle();

        assertThat(bench.statuses(booking)).containsExactly("DECLINED");
        assertThat(bench.books(booking)).containsExactly("decline 10000.01");
        assertThat(bench.announcedTypes(booking)).containsExactly("payment.declined");
        assertThat(bench.announcedTypes(atLimit)).containsExactly("payment.authorized");
    }

    @Test
    void bookingWithoutAFareIsAPaymentOfNothing() {
        bench.sendBooked(booking, null);
        bench.deploy();

        bench.settle();

        assertThat(bench.books(booking)).containsExactly("charge 0.00");
        assertThat(bench.announcedTypes(booking)).containsExactly("payment.authorized");
    }

    @Test
    void eventDeliveredManyTimesChargesOnce() {
        UUID event = UUID.randomUUID();
        for (int n = 0; n < 5; n++) {
            bench.send(event, booking, PaymentBench.bookedData(booking, fare(100)), "flight.booked");
        }
        bench.deploy();
        bench.deploy();

        bench.settle();

        assertThat(bench.books(booking)).containsExactly("charge 100.00");
        assertThat(bench.announcedTypes(booking)).containsExactly("payment.authorized");
        assertThat(bench.count("inbox.duplicates")).isEqualTo(4);
    }

    @Test
    void bookingAnnouncedUnderTwoEventIdsIsChargedOnce() {
        bench.sendBooked(booking, fare(100));
        bench.sendBooked(booking, fare(100));
        bench.deploy();

        bench.settle();

        assertThat(bench.books(booking)).containsExactly("charge 100.00");
        assertThat(bench.announcedTypes(booking)).containsExactly("payment.authorized");
    }

    @Test
    void cancellingAPaidBookingRefundsItOnce() {
        bench.sendBooked(booking, fare(100));
        bench.sendCancelled(booking);
        bench.sendCancelled(booking);
        bench.deploy();

        bench.settle();

        assertThat(bench.statuses(booking)).containsExactly("REFUNDED");
        assertThat(bench.books(booking)).containsExactly("charge 100.00", "refund 100.00");
        assertThat(bench.announcedTypes(booking)).containsExactly("payment.authorized", "payment.refunded");
        assertThat(bench.announced(booking).get(1).getString("sequence")).isEqualTo("2");
    }

    @Test
    void cancellingADeclinedBookingChangesNothing() {
        bench.sendBooked(booking, fare(20_000));
        bench.sendCancelled(booking);
        bench.deploy();

        bench.settle();

        assertThat(bench.statuses(booking)).containsExactly("DECLINED");
        assertThat(bench.announcedTypes(booking)).containsExactly("payment.declined");
    }

    @Test
    void bookingCancelledBeforeItsBookingArrivesIsNeverCharged() {
        bench.sendCancelled(booking);
        bench.sendBooked(booking, fare(100));
        bench.deploy();

        bench.settle();

        assertThat(bench.statuses(booking)).containsExactly("CANCELLED");
        assertThat(bench.books(booking)).isEmpty();
        assertThat(bench.announced(booking)).isEmpty();
    }

    @Test
    void chargeWhoseAnswerIsLostIsRepeatedUnderTheSameKey() {
        AtomicInteger calls = new AtomicInteger();
        bench.sendBooked(booking, fare(100));
        bench.deploy(gateway -> new FaultyGateway(
                gateway,
                charge -> charge.get()
                        .compose(answer -> calls.incrementAndGet() == 1
                                ? Future.failedFuture("connection reset")
                                : Future.succeededFuture(answer))));

        bench.settle();

        assertThat(calls).hasValue(2);
        assertThat(bench.books(booking)).containsExactly("charge 100.00");
        assertThat(bench.announcedTypes(booking)).containsExactly("payment.authorized");
    }

    @Test
    void paymentGoesOnAfterTheDatabaseDiedBetweenChargeAndCommit(TestDatabase db) {
        AtomicInteger calls = new AtomicInteger();
        bench.sendBooked(booking, fare(100));
        bench.deploy(gateway -> new FaultyGateway(
                gateway,
                charge -> charge.get()
                        .compose(answer -> calls.incrementAndGet() == 1
                                ? bench.vertx.executeBlocking(db::killBackends).map(answer)
                                : Future.succeededFuture(answer))));

        bench.settle();

        assertThat(bench.books(booking)).containsExactly("charge 100.00");
        assertThat(bench.statuses(booking)).containsExactly("AUTHORIZED");
        assertThat(bench.announcedTypes(booking)).containsExactly("payment.authorized");
    }

    @Test
    void chargeInDoubtIsGivenBackWhenTheBookingIsCancelledMeanwhile() {
        AtomicInteger calls = new AtomicInteger();
        UUID event = bench.sendBooked(booking, fare(100));
        // As when the first event went to the dead-letter queue after its charge and comes back with the cancellation.
        bench.deploy(gateway -> new FaultyGateway(gateway, charge -> {
            calls.incrementAndGet();
            return charge.get()
                    .compose(answer -> gateway.cancel(UUID.randomUUID(), event, booking)
                            .compose(cancelled ->
                                    bench.execute("UPDATE payment.payment SET status = 'CANCELLED' WHERE booking_id = '"
                                            + booking + "'"))
                            .map(answer));
        }));

        bench.settle();

        assertThat(calls).hasValue(1);
        assertThat(bench.statuses(booking)).containsExactly("CANCELLED");
        assertThat(bench.books(booking)).containsExactly("charge 100.00", "refund 100.00");
        assertThat(bench.announced(booking)).isEmpty();
    }

    @Test
    void cancellationGivesBackWhatATryThatNeverCommittedHasCharged() {
        bench.abandonedPayment(booking, UUID.randomUUID());
        bench.sendCancelled(booking);
        bench.deploy();

        bench.settle();

        assertThat(bench.books(booking)).containsExactly("charge 100.00", "refund 100.00");
        assertThat(bench.statuses(booking)).containsExactly("CANCELLED");
    }

    @Test
    void paymentInDoubtIsTakenUpUnderItsFirstKeyWhicheverEventComes() {
        UUID firstEvent = UUID.randomUUID();
        bench.abandonedPayment(booking, firstEvent);
        bench.sendBooked(booking, fare(100));
        bench.deploy();

        bench.settle();

        assertThat(bench.books(booking)).containsExactly("charge 100.00");
        assertThat(bench.statuses(booking)).containsExactly("AUTHORIZED");
        assertThat(bench.announcedTypes(booking)).containsExactly("payment.authorized");
    }

    @Test
    void slowGatewayHoldsUpOnlyItsOwnBooking() {
        Promise<Void> answer = Promise.promise();
        UUID other = UUID.randomUUID();
        AtomicInteger calls = new AtomicInteger();
        bench.sendBooked(booking, fare(100));
        bench.deploy(gateway -> new FaultyGateway(
                gateway,
                charge -> calls.incrementAndGet() == 1 ? answer.future().compose(go -> charge.get()) : charge.get()));
        eventually(() -> assertThat(calls).hasValue(1));

        bench.sendBooked(other, fare(50));
        eventually(() -> assertThat(bench.statuses(other)).containsExactly("AUTHORIZED"));
        assertThat(bench.statuses(booking)).containsExactly("PENDING");
        answer.complete();

        bench.settle();
        assertThat(bench.statuses(booking)).containsExactly("AUTHORIZED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"amount\": -1, \"currency\": \"EUR\"}",
                "{\"amount\": 1.001, \"currency\": \"EUR\"}",
                "{\"amount\": 1000000.01, \"currency\": \"EUR\"}",
                "{\"amount\": 1e400, \"currency\": \"EUR\"}",
                "{\"amount\": \"1\", \"currency\": \"EUR\"}",
                "{\"amount\": 1}",
                "{\"amount\": 1, \"currency\": \"euro\"}",
                "{\"currency\": \"EUR\"}"
            })
    void fareThatBreaksTheContractIsNeverChargedAndDoesNotComeAgain(String fare) {
        bench.send(
                UUID.randomUUID(),
                booking,
                new JsonObject("{\"bookingId\": \"" + booking + "\", \"fare\": " + fare + "}"),
                "flight.booked");
        bench.deploy();

        bench.settle();

        assertThat(bench.count("inbox.malformed")).isEqualTo(1);
        assertThat(bench.books(booking)).isEmpty();
        assertThat(bench.sandbox.queues().depth(bench.sandbox.queues().deadLetterUrl(bench.queueUrl)))
                .isEqualTo(1);
    }
}
