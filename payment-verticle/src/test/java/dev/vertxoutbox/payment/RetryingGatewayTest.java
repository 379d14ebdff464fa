package dev.vertxoutbox.payment;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.inbox.InboxEvent;
import dev.vertxoutbox.payment.PaymentGateway.Authorization;
import dev.vertxoutbox.payment.PaymentGateway.KeyReusedException;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
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

    private static final InboxEvent BOOKED = InboxEvent.parse("""
            {"specversion": "1.0", "id": "8d2b1b0e-3b9f-4f6e-9a55-0a4f3c1d2e10", "type": "flight.booked",
             "source": "/flight", "subject": "a", "time": "2027-03-01T09:00:00Z", "data": {},
             "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
            """);

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetry openTelemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build();
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
    void eachCallIsASpanInTheTraceOfItsEvent() throws TimeoutException {
        List<Future<Authorization>> answers = new ArrayList<>(
                List.of(Future.failedFuture("refused"), Future.succeededFuture(Authorization.AUTHORIZED)));
        answer = () -> answers.remove(0);

        authorize(UUID.randomUUID()).await(5, SECONDS);

        List<SpanData> calls = spans.getFinishedSpanItems();
        assertThat(calls).hasSize(2).allSatisfy(call -> {
            assertThat(call.getName()).isEqualTo("authorize");
            assertThat(call.getKind()).isEqualTo(SpanKind.CLIENT);
            assertThat(call.getTraceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
            assertThat(call.getParentSpanId()).isEqualTo("b7ad6b7169203331");
            assertThat(call.getAttributes().get(AttributeKey.stringKey("cloudevents.event_id")))
                    .isEqualTo(BOOKED.id().toString());
        });
        assertThat(calls)
                .extracting(call -> call.getStatus().getStatusCode())
                .containsExactly(StatusCode.ERROR, StatusCode.UNSET);
        assertThat(calls.get(0).getStatus().getDescription()).isEqualTo("refused");
        assertThat(calls.get(1).getAttributes().get(AttributeKey.stringKey("payment.gateway.answer")))
                .isEqualTo("authorized");
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
    void gatewayIsTriedAgainSoonHoweverManyCallsFailedAtOnce(Vertx vertx) throws TimeoutException {
        use(vertx, new Patience(Duration.ofSeconds(5), Duration.ofHours(9), Duration.ofMillis(2), Duration.ofHours(1)));
        Promise<Authorization> outage = Promise.promise();
        answer = outage::future;
        List<Future<Authorization>> waiting = new ArrayList<>();
        for (int n = 0; n < 30; n++) {
            waiting.add(authorize(UUID.randomUUID()));
        }
        await().until(() -> keys.size() == 30);
        answer = () ->
                keys.size() < 33 ? Future.failedFuture("still down") : Future.succeededFuture(Authorization.AUTHORIZED);

        outage.fail("down");

        assertThat(Future.all(waiting).await(10, SECONDS).list()).containsOnly(Authorization.AUTHORIZED);
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
        gateway = on(() -> Future.succeededFuture(new RetryingGateway(
                        vertx, new Scripted(), patience, new GatewaySpans(openTelemetry), () -> {})))
                .await(5, SECONDS);
    }

    private Future<Authorization> authorize(UUID key) {
        return on(() -> gateway.because(BOOKED).authorize(key, UUID.randomUUID(), Money.NOTHING));
    }

    /** Runs on the gateway's context, as a verticle does. */
    private <T> Future<T> on(Supplier<Future<T>> action) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(run -> action.get().onComplete(promise));
        return promise.future();
    }
}
