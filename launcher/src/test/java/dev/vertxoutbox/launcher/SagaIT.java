package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.payment.SimulatedGatewayConfig;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Booking, payment and the gateway's books agree in the end, whatever happens in which order and how often. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class SagaIT {
    private static final Logger log = LoggerFactory.getLogger(SagaIT.class);
    private static final int INTERLEAVINGS = 200;
    private static final int AT_A_TIME = 4;

    /** Loses every fifth call, declines every fourth; slow enough for others to come in between. */
    private static final SimulatedGatewayConfig GATEWAY =
            new SimulatedGatewayConfig(new BigDecimal(150), Duration.ofMillis(4), 0.2, 0.25);

    @Test
    void everyInterleavingOfBookCancelAuthorizeAndDeclineEndsConsistent(Vertx vertx, TestDatabase db) throws Exception {
        long seed = Objects.requireNonNullElseGet(Long.getLong("saga.seed"), System::nanoTime);
        log.info("To run it again: -Dsaga.seed={}", seed);
        SagaBench bench = new SagaBench(vertx, db, GATEWAY, seed);
        SplittableRandom seeds = new SplittableRandom(seed);
        List<Future<String>> runs = new ArrayList<>();
        List<String> ends = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            for (int n = 0; n < INTERLEAVINGS; n++) {
                SplittableRandom random = seeds.split();
                runs.add(threads.submit(() -> new Interleaving(bench, random).run()));
            }
            for (Future<String> run : runs) {
                ends.add(run.get(180, TimeUnit.SECONDS));
            }
        } catch (Exception e) {
            throw new AssertionError("With -Dsaga.seed=" + seed, e);
        } finally {
            threads.shutdownNow();
        }

        // What never happened was not tested.
        assertThat(ends)
                .contains(
                        "CONFIRMED [AUTHORIZED] [charge] [payment.authorized]",
                        "REJECTED [DECLINED] [decline] [payment.declined]",
                        "CANCELLED [CANCELLED] [] []",
                        "CANCELLED [REFUNDED] [charge, refund] [payment.authorized, payment.refunded]",
                        "CANCELLED [DECLINED] [decline] [payment.declined]");
    }
}
