package dev.vertxoutbox.payment;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.payment.PaymentGateway.Authorization;
import dev.vertxoutbox.payment.PaymentGateway.KeyReusedException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class RetryingGatewayTest {
    private static final Patience QUICK =
            new Patience(Duration.ofMillis(200), Duration.ofMinutes(1), Duration.ofMillis(2), Duration.ofMillis(20));
    private static final Patience NO_REPEATS =
            new Patience(Duration.ofSeconds(5), Duration.ofHours(9), Duration.ofHours(1), Duration.ofHours(1));

    private final List<UUID> keys = new CopyOnWriteArrayList<>();
    private volatile Supplier<Future<Authorization>> answer = () -> Future.failedFuture("down");
    private Context context;
    private RetryingGateway gateway;

    private final class Scripted implements PaymentGateway {
        @Override
        public Future<Authorization> authorize(UUID key, UUID bookingId, Money amount) {
            keys.add(key);
            return answer.get();
        }

        @Override
        public Future<Void> cancel(UUID key, UUID chargeKey, UUID bookingId) {
            keys.add(key);
            return answer.get().mapEmpty();
        }
    }

    @BeforeEach
    void prepare(Vertx vertx) throws TimeoutException {
        use(vertx, QUICK);
    }

    @Test
    void callThatFailsOrHangsOrThrowsIsRepeatedUnderItsKey() throws TimeoutException {
        List<Supplier<Future<Authorization>>> faults = new ArrayList<>(List.of(
                () -> Future.failedFuture("refused"),
                () -> Promise.<Authorization>promise().future(),
                () -> {
                    throw new IllegalStateException("thrown");
                }));
        answer = () -> faults.isEmpty()
                ? Future.succeededFuture(Authorization.DECLINED)
                : faults.remove(0).get();
        UUID key = UUID.randomUUID();

        assertThat(authorize(key).await(5, SECONDS)).isEqualTo(Authorization.DECLINED);

        assertThat(keys).containsExactly(key, key, key, key);
    }

    @Test
    void keyThatBelongsToAnotherRequestIsNotTriedAgain() {
        answer = () -> Future.failedFuture(new KeyReusedException(UUID.randomUUID()));

        assertThatThrownBy(() -> authorize(UUID.randomUUID()).await(5, SECONDS)).isInstanceOf(KeyReusedException.class);

        assertThat(keys).hasSize(1);
        assertThat(gateway.outage()).isNull();
    }

    @Test
    void whileTheCircuitIsOpenNobodyCalls(Vertx vertx) throws TimeoutException {
        use(vertx, NO_REPEATS);
        List<Future<Authorization>> failed = failUntilTheCircuitOpens();

        List<Future<Authorization>> more = List.of(authorize(UUID.randomUUID()), authorize(UUID.randomUUID()));
        Future<Void> settled = on(Future::succeededFuture);
        settled.await(5, SECONDS);

        assertThat(keys).hasSize(5);
        assertThat(failed).noneMatch(Future::isComplete);
        assertThat(more).noneMatch(Future::isComplete);
    }

    @Test
    void firstAnswerLetsAllGoOn() throws TimeoutException {
        List<Future<Authorization>> waiting = new ArrayList<>();
        for (int n = 0; n < 20; n++) {
            waiting.add(authorize(UUID.randomUUID()));
        }
        await().until(() -> gateway.outage() != null);
        answer = () -> Future.succeededFuture(Authorization.AUTHORIZED);

        assertThat(Future.all(waiting).await(5, SECONDS).list()).containsOnly(Authorization.AUTHORIZED);
        assertThat(gateway.outage()).isNull();
    }

    @Test
    void givesUpAfterItsTime(Vertx vertx) throws TimeoutException {
        use(vertx, new Patience(QUICK.call(), Duration.ofMillis(100), QUICK.firstPause(), QUICK.longestPause()));

        assertThatThrownBy(() -> Future.all(authorize(UUID.randomUUID()), authorize(UUID.randomUUID()))
                        .await(5, SECONDS))
                .isNotNull();
        assertThat(keys).hasSizeGreaterThan(2);
    }

    @Test
    void closeLetsNobodyWait(Vertx vertx) throws TimeoutException {
        use(vertx, NO_REPEATS);
        List<Future<Authorization>> waiting = failUntilTheCircuitOpens();
        waiting.add(authorize(UUID.randomUUID()));

        on(() -> {
                    gateway.close();
                    return Future.succeededFuture();
                })
                .await(5, SECONDS);

        await().until(() -> waiting.stream().allMatch(Future::failed));
        assertThat(keys).hasSize(5);
    }

    private List<Future<Authorization>> failUntilTheCircuitOpens() {
        List<Future<Authorization>> failed = new ArrayList<>();
        for (int n = 0; n < 5; n++) {
            failed.add(authorize(UUID.randomUUID()));
        }
        await().until(() -> gateway.outage() != null);
        return failed;
    }

    private void use(Vertx vertx, Patience patience) throws TimeoutException {
        context = vertx.getOrCreateContext();
        gateway = on(() -> Future.succeededFuture(new RetryingGateway(vertx, new Scripted(), patience, () -> {})))
                .await(5, SECONDS);
    }

    private Future<Authorization> authorize(UUID key) {
        return on(() -> gateway.authorize(key, UUID.randomUUID(), Money.NOTHING));
    }

    /** Runs on the gateway's context, as a verticle does. */
    private <T> Future<T> on(Supplier<Future<T>> action) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(run -> action.get().onComplete(promise));
        return promise.future();
    }
}
