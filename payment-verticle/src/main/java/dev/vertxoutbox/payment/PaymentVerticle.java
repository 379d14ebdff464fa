package dev.vertxoutbox.payment;

import dev.vertxoutbox.inbox.Inbox;
import dev.vertxoutbox.inbox.InboxStatus;
import dev.vertxoutbox.outbox.Outbox;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** The payment service: consumes flight events, announces payments. Any number may run on one queue and database. */
public final class PaymentVerticle extends VerticleBase {

    private static final String FAILURES = "payment.gateway.failures";
    private static final String CIRCUIT = "payment.gateway.circuit";
    private static final int GATEWAY_CONNECTIONS = 2;
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final int ACQUIRE_TIMEOUT_SECONDS = 5;
    private static final int MAX_WAITING = 1_000;

    /** A connection cut off without a word is closed after it; longer than a statement may take. */
    private static final int SILENCE_SECONDS = 15;

    private final PaymentConfig config;
    private final SqsAsyncClient sqs;
    private final MeterRegistry metrics;
    private final OpenTelemetry openTelemetry;
    private final Supplier<SimulatedGatewayConfig> simulated;
    private final UnaryOperator<PaymentGateway> between;

    private @Nullable Pool payments;
    private @Nullable Pool gatewayBooks;
    private @Nullable Gauge circuit;
    private volatile @Nullable RetryingGateway gateway;
    private volatile @Nullable Inbox inbox;

    /**
     * @param config what to consume, and with which database
     * @param sqs stays the caller's to close; its read timeout must be longer than the inbox's long poll
     * @param metrics where the meters {@code payment.*} and those of the inbox are registered
     */
    public PaymentVerticle(PaymentConfig config, SqsAsyncClient sqs, MeterRegistry metrics) {
        this(config, sqs, metrics, config::gateway);
    }

    /**
     * With a simulated gateway whose behaviour may change while it runs.
     *
     * @param simulated how it behaves instead of {@link PaymentConfig#gateway()}; asked at each call to it, on an event loop
     */
    public PaymentVerticle(
            PaymentConfig config,
            SqsAsyncClient sqs,
            MeterRegistry metrics,
            Supplier<SimulatedGatewayConfig> simulated) {
        this(config, sqs, metrics, OpenTelemetry.noop(), simulated);
    }

    /**
     * A service that records spans of the events that it processes and of its calls to the gateway.
     *
     * @param config what to consume, and with which database
     * @param sqs as above
     * @param metrics as above
     * @param openTelemetry where the spans go; {@link OpenTelemetry#noop()} for none
     * @param simulated how the simulated gateway behaves instead of {@link PaymentConfig#gateway()}; asked at each call to
     *     it, on an event loop
     */
    public PaymentVerticle(
            PaymentConfig config,
            SqsAsyncClient sqs,
            MeterRegistry metrics,
            OpenTelemetry openTelemetry,
            Supplier<SimulatedGatewayConfig> simulated) {
        this(config, sqs, metrics, openTelemetry, simulated, UnaryOperator.identity());
    }

    /** With something between the service and its gateway, as tests have it. */
    PaymentVerticle(
            PaymentConfig config, SqsAsyncClient sqs, MeterRegistry metrics, UnaryOperator<PaymentGateway> between) {
        this(config, sqs, metrics, OpenTelemetry.noop(), config::gateway, between);
    }

    private PaymentVerticle(
            PaymentConfig config,
            SqsAsyncClient sqs,
            MeterRegistry metrics,
            OpenTelemetry openTelemetry,
            Supplier<SimulatedGatewayConfig> simulated,
            UnaryOperator<PaymentGateway> between) {
        this.config = config;
        this.sqs = sqs;
        this.metrics = metrics;
        this.openTelemetry = openTelemetry;
        this.simulated = simulated;
        this.between = between;
    }

    @Override
    public Future<?> start() {
        Pool pool = pool("payment", config.poolSize());
        Pool books = pool("simulated-gateway", GATEWAY_CONNECTIONS);
        PaymentGateway provider = new SimulatedGateway(vertx, books, simulated, new SplittableRandom());
        Counter failures = metrics.counter(FAILURES);
        RetryingGateway patient = new RetryingGateway(
                vertx, between.apply(provider), Patience.DEFAULT, new GatewaySpans(openTelemetry), failures::increment);
        circuit = Gauge.builder(CIRCUIT, patient, asked -> asked.outage() == null ? 0 : 1)
                .register(metrics);
        Payments handling = new Payments(new PaymentStore(pool), patient::because, new Outbox(pool));
        Inbox consumer = new Inbox(vertx, pool, sqs, config.inbox(), handling.handlers(), metrics, openTelemetry);
        payments = pool;
        gatewayBooks = books;
        gateway = patient;
        inbox = consumer;
        return consumer.start();
    }

    /**
     * Lets running payments finish, within the bounds that {@link Inbox#stop} states; those that wait for a gateway that
     * does not answer are given back at once.
     */
    @Override
    public Future<?> stop() {
        RetryingGateway asked = gateway;
        if (asked != null) {
            asked.close();
        }
        if (circuit != null) {
            metrics.remove(circuit);
        }
        Inbox consumer = inbox;
        Future<Void> stopped = consumer == null ? Future.succeededFuture() : consumer.stop();
        return stopped.eventually(() -> close(gatewayBooks)).eventually(() -> close(payments));
    }

    /** How it is doing; callable from any thread, after the start. */
    public InboxStatus status() {
        Inbox consumer = inbox;
        RetryingGateway asked = gateway;
        if (consumer == null || asked == null) {
            return new InboxStatus(false, null, "not running");
        }
        InboxStatus consuming = consumer.status();
        Circuit.Outage outage = asked.outage();
        return consuming.ok() && outage != null
                ? new InboxStatus(
                        false,
                        outage.since(),
                        "gateway: " + outage.failure().getClass().getSimpleName())
                : consuming;
    }

    private Pool pool(String application, int size) {
        return PgBuilder.pool()
                .connectingTo(new PgConnectOptions(config.database())
                        .setCachePreparedStatements(true)
                        .addProperty("application_name", application)
                        .addProperty("statement_timeout", "10s")
                        .addProperty("idle_in_transaction_session_timeout", "30s"))
                .with(new PoolOptions()
                        .setName(application)
                        .setMaxSize(size)
                        .setMaxWaitQueueSize(MAX_WAITING)
                        .setConnectionTimeout(ACQUIRE_TIMEOUT_SECONDS)
                        .setConnectionTimeoutUnit(TimeUnit.SECONDS))
                .with(new NetClientOptions()
                        .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                        .setReadIdleTimeout(SILENCE_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS))
                .using(vertx)
                .build();
    }

    private static Future<Void> close(@Nullable Pool pool) {
        return pool == null ? Future.succeededFuture() : pool.close();
    }
}
