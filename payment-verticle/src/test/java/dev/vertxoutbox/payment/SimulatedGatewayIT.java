package dev.vertxoutbox.payment;

import static dev.vertxoutbox.payment.PaymentBench.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vertxoutbox.payment.PaymentGateway.Authorization;
import dev.vertxoutbox.payment.PaymentGateway.KeyReusedException;
import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class SimulatedGatewayIT {
    private static final Money HUNDRED = new Money(new BigDecimal("100.00"), "EUR");
    private static final SimulatedGatewayConfig RELIABLE = SimulatedGatewayConfig.of(PaymentBench.LIMIT);

    private final UUID booking = UUID.randomUUID();
    private final UUID key = UUID.randomUUID();
    private PaymentBench bench;
    private PaymentGateway gateway;

    @BeforeEach
    void prepare(Vertx vertx, TestDatabase db, Sandbox sandbox) {
        bench = new PaymentBench(vertx, db, sandbox);
        gateway = bench.gateway(RELIABLE);
    }

    @AfterEach
    void cleanUp() {
        bench.close();
    }

    @Test
    void sameKeyAndRequestGetTheSameAnswerAndOneCharge() {
        var answers = Future.all(Stream.generate(() -> gateway.authorize(key, booking, HUNDRED))
                .limit(8)
                .toList());

        assertThat(done(answers).list()).containsOnly(Authorization.AUTHORIZED);
        assertThat(bench.books(booking)).containsExactly("charge 100.00");
    }

    @Test
    void answerStaysTheFirstWhateverTheGatewayWouldSayNow() {
        var strict = bench.gateway(new SimulatedGatewayConfig(PaymentBench.LIMIT, Duration.ZERO, 0, 1));
        assertThat(done(gateway.authorize(key, booking, HUNDRED))).isEqualTo(Authorization.AUTHORIZED);

        assertThat(done(strict.authorize(key, booking, HUNDRED))).isEqualTo(Authorization.AUTHORIZED);
        assertThat(done(strict.authorize(UUID.randomUUID(), UUID.randomUUID(), HUNDRED)))
                .isEqualTo(Authorization.DECLINED);
    }

    @Test
    void twoKeysAreTwoChargesThatTheBooksShow() {
        done(gateway.authorize(key, booking, HUNDRED));
        done(gateway.authorize(UUID.randomUUID(), booking, HUNDRED));

        assertThat(bench.books(booking)).containsExactly("charge 100.00", "charge 100.00");
    }

    @Test
    void sameKeyForAnotherRequestIsAnError() {
        UUID refund = UUID.randomUUID();
        UUID other = UUID.randomUUID();
        done(gateway.authorize(key, booking, HUNDRED));
        done(gateway.authorize(other, booking, HUNDRED));
        done(gateway.cancel(refund, key, booking));

        assertReused(gateway.authorize(key, UUID.randomUUID(), HUNDRED));
        assertReused(gateway.authorize(key, booking, new Money(new BigDecimal("100.01"), "EUR")));
        assertReused(gateway.authorize(key, booking, new Money(HUNDRED.amount(), "USD")));
        assertReused(gateway.authorize(refund, booking, HUNDRED));
        assertReused(gateway.cancel(refund, other, booking));
        assertReused(gateway.cancel(UUID.randomUUID(), key, UUID.randomUUID()));
        assertReused(gateway.cancel(UUID.randomUUID(), refund, booking));
        assertThat(bench.books(booking)).containsExactly("charge 100.00", "charge 100.00", "refund 100.00");
    }

    @Test
    void chargeIsGivenBackOnceUnderAnyKey() {
        done(gateway.authorize(key, booking, HUNDRED));
        UUID refund = UUID.randomUUID();
        done(gateway.cancel(refund, key, booking));
        done(gateway.cancel(refund, key, booking));
        done(gateway.cancel(UUID.randomUUID(), key, booking));

        assertThat(bench.books(booking)).containsExactly("charge 100.00", "refund 100.00");
    }

    @Test
    void chargeCancelledBeforeItIsAskedForIsNeverMade() {
        done(gateway.cancel(UUID.randomUUID(), key, booking));

        assertThat(done(gateway.authorize(key, booking, HUNDRED))).isEqualTo(Authorization.DECLINED);
        assertThat(bench.books(booking)).containsExactly("void 0.00");
    }

    @Test
    void everyCallMayFailWhetherOrNotItTookEffect() {
        PaymentGateway failing = bench.gateway(new SimulatedGatewayConfig(PaymentBench.LIMIT, Duration.ZERO, 1, 0));
        for (int n = 0; n < 40; n++) {
            assertThatThrownBy(() -> done(failing.authorize(UUID.randomUUID(), booking, HUNDRED)))
                    .isInstanceOf(IOException.class);
        }

        assertThat(bench.books(booking)).hasSizeBetween(1, 39);
    }

    private static void assertReused(Future<?> call) {
        assertThatThrownBy(() -> done(call)).isInstanceOf(KeyReusedException.class);
    }
}
