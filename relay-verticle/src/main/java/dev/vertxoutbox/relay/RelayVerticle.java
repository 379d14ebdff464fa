package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.OutboxAdmin;
import dev.vertxoutbox.outbox.OutboxStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * Sends the events of an outbox to SQS. Any number may run at the same database, in one process or in many, without
 * being told of each other.
 *
 * <p>It starts whether or not database and queues can be reached, and waits for them as long as it takes.
 */
public final class RelayVerticle extends VerticleBase {

    private static final long BACKLOG_INTERVAL_MILLIS = 5_000;
    private static final int STOP_TIMEOUT_SECONDS = 10;
    private static final int ACQUIRE_TIMEOUT_SECONDS = 5;
    private static final int SEARCH_TIMEOUT_SECONDS = 10;

    /** For a database that has gone silent; a drain that works ends long before. */
    private static final int DRAIN_TIMEOUT_SECONDS = 60;

    private final RelayConfig config;
    private final SqsAsyncClient sqs;
    private final MeterRegistry metrics;
    private final OutboxStore store = new OutboxStore();

    private volatile @Nullable Running running;

    /**
     * @param config what to send where
     * @param sqs stays the caller's to close. It should not retry by itself, nor wait longer than five seconds
     * @param metrics where the relay's meters are registered
     */
    public RelayVerticle(RelayConfig config, SqsAsyncClient sqs, MeterRegistry metrics) {
        this.config = config;
        this.sqs = sqs;
        this.metrics = metrics;
    }

    private record Running(
            Pool pool,
            Routes routes,
            Lanes lanes,
            Wake wake,
            Listener listener,
            RelayMeters meters,
            List<Long> timers) {}

    @Override
    public Future<?> start() {
        RelayMeters meters = new RelayMeters(metrics);
        Pool pool = PgBuilder.pool()
                .connectingTo(RelaySessions.drains(config.database()))
                .with(new PoolOptions()
                        .setName("relay")
                        .setMaxSize(config.concurrency() + 2) // Search and backlog never wait for the drains.
                        .setConnectionTimeout(ACQUIRE_TIMEOUT_SECONDS)
                        .setConnectionTimeoutUnit(TimeUnit.SECONDS))
                .with(new NetClientOptions().setConnectTimeout(RelaySessions.CONNECT_TIMEOUT_MILLIS))
                .using(vertx)
                .build();
        Promise<Wake> wakeLater = Promise.promise();
        Routes routes = new Routes(destinations(meters, () -> wakeLater.future().onSuccess(Wake::up)));
        Lanes lanes = new Lanes(
                vertx, config.concurrency(), lane -> drain(pool, routes, lane).onComplete(meters::drainEnded));
        Wake wake = new Wake(() -> search(pool), lane -> offer(routes, lanes, lane));
        wakeLater.complete(wake);
        Listener listener = new Listener(vertx, RelaySessions.listener(config.database()), wake::up);
        meters.gauge("outbox.relay.listener.up", () -> listener.isUp() ? 1 : 0);
        long poll = vertx.setPeriodic(config.pollInterval().toMillis(), timer -> wake.up());
        long measure = measureBacklog(pool, meters);
        running = new Running(pool, routes, lanes, wake, listener, meters, List.of(poll, measure));
        listener.start();
        wake.up();
        return Future.succeededFuture();
    }

    /** Finishes what is in flight and starts nothing else; no event is lost whether or not it is waited for. */
    @Override
    public Future<?> stop() {
        Running current = running;
        if (current == null) {
            return Future.succeededFuture();
        }
        for (long timer : current.timers()) {
            vertx.cancelTimer(timer);
        }
        return current.lanes()
                .stop()
                .timeout(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .eventually(() -> current.listener().stop())
                .eventually(() -> current.pool().close())
                .eventually(() -> {
                    current.meters().close();
                    return Future.succeededFuture();
                });
    }

    /** How it is doing; to be called after the start, from any thread: a snapshot that may be a moment old. */
    public RelayStatus status() {
        Running current = running;
        if (current == null) {
            return new RelayStatus(false, "the relay is not started", Map.of(), Set.of());
        }
        Throwable failure = current.wake().failure();
        return new RelayStatus(
                current.listener().isUp(),
                failure == null ? null : failure.toString(),
                current.routes().openCircuits(),
                current.routes().unrouted());
    }

    private Map<String, Destination> destinations(RelayMeters meters, Runnable wakeUp) {
        Publisher publisher = new Publisher(sqs, context);
        Map<String, Destination> destinations = new HashMap<>();
        config.routes().forEach((topic, queueUrl) -> {
            Circuit circuit = new Circuit((delay, close) -> vertx.setTimer(delay, timer -> {
                close.run();
                wakeUp.run();
            }));
            meters.gauge("outbox.relay.circuit.open", () -> circuit.isOpen() ? 1 : 0, "topic", topic);
            destinations.put(
                    topic, new Destination(topic, queueUrl, publisher, circuit, new TopicMeters(metrics, topic)));
        });
        return destinations;
    }

    private static void offer(Routes routes, Lanes lanes, Lane lane) {
        Destination destination = routes.of(lane);
        if (destination != null && !destination.isOpen()) {
            lanes.offer(lane);
        }
    }

    private Future<Drain.Result> drain(Pool pool, Routes routes, Lane lane) {
        Destination destination = routes.of(lane);
        return destination == null || destination.isOpen()
                ? Future.succeededFuture(Drain.Result.UNREACHABLE)
                : new Drain(store, lane, destination).run(pool).timeout(DRAIN_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private Future<List<Lane>> search(Pool pool) {
        return pool.withConnection(store::lanes).timeout(SEARCH_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private long measureBacklog(Pool pool, RelayMeters meters) {
        OutboxAdmin admin = new OutboxAdmin(pool);
        // The search for lanes reports a database that is down; here it only leaves the figures as they were.
        return vertx.setPeriodic(
                0, BACKLOG_INTERVAL_MILLIS, timer -> admin.backlog().onSuccess(meters::backlog));
    }
}
