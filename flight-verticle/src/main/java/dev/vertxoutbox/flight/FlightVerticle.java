package dev.vertxoutbox.flight;

import dev.vertxoutbox.inbox.Inbox;
import dev.vertxoutbox.inbox.InboxStatus;
import dev.vertxoutbox.outbox.Outbox;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * The flight service: its HTTP API, and its consumer of payment events. Any number may run at the same database.
 *
 * <p>Deploy one instance: it brings as many event loops for the API as {@link FlightConfig#instances()} says. It starts
 * whether or not database and queue can be reached: without the database the API answers 503 with {@code Retry-After}, and it
 * recovers by itself; without the queue bookings go on and payments wait.
 */
public final class FlightVerticle extends VerticleBase {

    /** Vert.x shares a port that it chooses among those that ask for it under the same negative number. */
    private static final AtomicInteger FREE_PORTS = new AtomicInteger();

    private final FlightConfig config;
    private final SqsAsyncClient sqs;
    private final MeterRegistry meters;
    private final OpenTelemetry openTelemetry;

    private volatile @Nullable Running running;

    private record Running(Pool pool, ApiVerticle.Shared shared, List<ApiVerticle> api, PaymentsVerticle payments) {}

    /**
     * @param config how to serve
     * @param sqs receives payment events; stays the caller's to close, see {@link Inbox} for what it must allow
     * @param meters where the meters {@code flight.*} and those of the inbox are registered
     */
    public FlightVerticle(FlightConfig config, SqsAsyncClient sqs, MeterRegistry meters) {
        this(config, sqs, meters, OpenTelemetry.noop());
    }

    /**
     * A service that records spans of its requests and of the payment events that it processes.
     *
     * @param config how to serve
     * @param sqs as above
     * @param meters as above
     * @param openTelemetry where the spans go; {@link OpenTelemetry#noop()} for none
     */
    public FlightVerticle(FlightConfig config, SqsAsyncClient sqs, MeterRegistry meters, OpenTelemetry openTelemetry) {
        this.config = config;
        this.sqs = sqs;
        this.meters = meters;
        this.openTelemetry = openTelemetry;
    }

    /** Completes when the API accepts connections; fails when the port is in use, or with {@link SigningKeysException}. */
    @Override
    public Future<?> start() {
        Pool pool = Database.pool(vertx, config.database(), config.poolSize());
        return Contract.load(vertx)
                .map(contract -> assemble(contract, pool))
                .compose(parts -> deploy(parts).map(parts))
                .recover(failure -> pool.close().transform(closed -> Future.failedFuture(failure)))
                .onSuccess(parts -> {
                    Gauge.builder("flight.watchers", parts.shared().watchers(), Places::taken)
                            .register(meters);
                    Gauge.builder("flight.connections", parts.shared().connections(), Places::taken)
                            .register(meters);
                    running = parts;
                });
    }

    /** The other verticles are stopped before this one: see what they do. */
    @Override
    public Future<?> stop() {
        Running parts = running;
        return parts == null ? Future.succeededFuture() : parts.pool().close();
    }

    private Running assemble(Contract contract, Pool pool) {
        int port = config.httpPort() == 0 ? FREE_PORTS.decrementAndGet() : config.httpPort();
        ApiVerticle.Shared shared = new ApiVerticle.Shared(
                port,
                contract,
                new Outbox(pool),
                new Places(config.maxConnections()),
                new Places(config.maxWatchers()));
        RequestSpans spans = new RequestSpans(openTelemetry);
        List<ApiVerticle> api = Stream.generate(() -> new ApiVerticle(config, shared, meters, spans))
                .limit(config.instances())
                .toList();
        return new Running(pool, shared, api, new PaymentsVerticle(config, pool, sqs, meters, openTelemetry));
    }

    private Future<String> deploy(Running parts) {
        Iterator<ApiVerticle> instances = parts.api().iterator();
        return vertx.deployVerticle(instances::next, new DeploymentOptions().setInstances(config.instances()))
                .compose(deployed -> vertx.deployVerticle(parts.payments()));
    }

    /**
     * The TCP port of the API.
     *
     * @throws IllegalStateException before the start is complete
     */
    public int actualPort() {
        return running().api().get(0).actualPort();
    }

    /** {@return whether payment events are consumed; from any thread, after the start} */
    public InboxStatus paymentsStatus() {
        return running().payments().status();
    }

    private Running running() {
        Running parts = running;
        if (parts == null) {
            throw new IllegalStateException("The flight service is not started: wait for its deployment");
        }
        return parts;
    }
}
