package dev.vertxoutbox.payment;

import static dev.vertxoutbox.payment.PaymentBench.eventually;
import static dev.vertxoutbox.payment.PaymentBench.fare;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.inbox.InboxStatus;
import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A gateway that is down, slow or unreliable: everybody is charged once, and no message is the worse for it. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class GatewayOutageIT {
    private static final Duration VISIBILITY = Duration.ofSeconds(30);

    private final AtomicBoolean down = new AtomicBoolean(true);
    private final List<UUID> bookings =
            IntStream.range(0, 12).mapToObj(n -> UUID.randomUUID()).toList();
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
    void outageCostsNoMessageASecondReceive() {
        bookings.forEach(booking -> bench.sendBooked(booking, fare(100)));
        PaymentVerticle payments = bench.deploy(this::withOutages);
        eventually(() -> assertThat(payments.status().ok()).isFalse());
        eventually(() ->
                bookings.forEach(booking -> assertThat(bench.statuses(booking)).containsExactly("PENDING")));
        InboxStatus status = payments.status();
        assertThat(status.lastError()).startsWith("gateway: ");
        assertThat(status.failingSince()).isNotNull();
        assertThat(bench.gauge("payment.gateway.circuit")).isEqualTo(1);

        down.set(false);
        bench.settle();

        assertAllChargedOnce();
        assertThat(payments.status().ok()).isTrue();
        assertThat(bench.gauge("payment.gateway.circuit")).isZero();
        assertThat(bench.count("payment.gateway.failures")).isGreaterThanOrEqualTo(5);
        assertThat(bench.count("inbox.received")).isEqualTo(bookings.size());
        assertThat(bench.count("inbox.given.back")).isZero();
    }

    @Test
    void serviceThatStopsInAnOutageGivesBackWhatWaits() {
        bookings.forEach(booking -> bench.sendBooked(booking, fare(100)));
        PaymentVerticle payments = bench.deploy(this::withOutages);
        eventually(() -> assertThat(payments.status().ok()).isFalse());
        bench.undeploy();

        down.set(false);
        bench.deploy(this::withOutages);
        bench.settle();

        assertAllChargedOnce();
    }

    @Test
    void gatewayThatTakesLongerThanTheVisibilityTimeoutChargesOnce() {
        SimulatedGatewayConfig slow = new SimulatedGatewayConfig(PaymentBench.LIMIT, Duration.ofSeconds(4), 0, 0);
        bench.deploy(slow, Duration.ofSeconds(2), UnaryOperator.identity());
        bench.deploy(slow, Duration.ofSeconds(2), UnaryOperator.identity());
        bookings.forEach(booking -> bench.sendBooked(booking, fare(100)));

        bench.settle();

        assertAllChargedOnce();
    }

    /** SIGKILL after the gateway has charged and before anything of it is committed. */
    @Test
    void consumerKilledBetweenChargeAndCommitChargesOnce(TestDatabase db) throws Exception {
        UUID booking = bookings.get(0);
        bench.sendBooked(booking, fare(100));
        Process victim = PaymentProcess.start(bench.queueUrl, bench.environment(db));
        try {
            eventually(() -> assertThat(bench.books(booking)).containsExactly("charge 100.00"));
            assertThat(bench.statuses(booking)).containsExactly("PENDING");
            assertThat(bench.announced(booking)).isEmpty();
        } finally {
            PaymentProcess.kill(victim);
        }

        bench.deploy();
        bench.settle();

        assertThat(bench.books(booking)).containsExactly("charge 100.00");
        assertThat(bench.statuses(booking)).containsExactly("AUTHORIZED");
        assertThat(bench.announcedTypes(booking)).containsExactly("payment.authorized");
    }

    @Test
    void lostRequestsAndAnswersChargeOnce() {
        SimulatedGatewayConfig unreliable = new SimulatedGatewayConfig(PaymentBench.LIMIT, Duration.ZERO, 0.4, 0);
        bookings.forEach(booking -> bench.sendBooked(booking, fare(100)));
        bench.deploy(unreliable, VISIBILITY, UnaryOperator.identity());

        // A booking that is unlucky often in a row is given back, and waits.
        bench.settle(VISIBILITY.multipliedBy(4));

        assertAllChargedOnce();
    }

    @Test
    void declinesAsOftenAsItIsSetTo() {
        SimulatedGatewayConfig strict = new SimulatedGatewayConfig(PaymentBench.LIMIT, Duration.ZERO, 0, 1);
        UUID booking = bookings.get(0);
        bench.sendBooked(booking, fare(100));
        bench.deploy(strict, VISIBILITY, UnaryOperator.identity());

        bench.settle();

        assertThat(bench.statuses(booking)).containsExactly("DECLINED");
        assertThat(bench.books(booking)).containsExactly("decline 100.00");
    }

    private PaymentGateway withOutages(PaymentGateway gateway) {
        return new FaultyGateway(gateway, charge -> down.get() ? Future.failedFuture("refused") : charge.get());
    }

    private void assertAllChargedOnce() {
        assertThat(bookings).allSatisfy(booking -> {
            assertThat(bench.books(booking)).containsExactly("charge 100.00");
            assertThat(bench.statuses(booking)).containsExactly("AUTHORIZED");
            assertThat(bench.announcedTypes(booking)).containsExactly("payment.authorized");
        });
        assertThat(bench.sandbox.queues().depth(bench.sandbox.queues().deadLetterUrl(bench.queueUrl)))
                .isZero();
    }
}
