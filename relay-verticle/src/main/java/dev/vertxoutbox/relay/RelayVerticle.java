package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.OutboxAdmin;
import dev.vertxoutbox.outbox.OutboxArchive;
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
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * Sends the events of an outbox to SQS. Any number may run at the same database, in one process or in many, without
 * being told of each other.
 *
 * <p>It starts whether or not database and queues can be reached, and waits for them as long as it takes.
 */
public final class RelayVerticle extends VerticleBase {

    private static final int STOP_TIMEOUT_SECONDS = 10;
    /** The label of topics without a route, which could be any number. */
    private static final String WITHOUT_ROUTE = "(no route)";

    private static final int ACQUIRE_TIMEOUT_SECONDS = 5;

    private final RelayConfig config;
    private final SqsAsyncClient sqs;
    private final MeterRegistry metrics;
    private final OutboxStore store;

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
        this.store = new OutboxStore(config.archiveDays() > 0);
    }

    private record Running(
            Pool pool,
            Routes routes,
            Search search,
            Drains drains,
            Lanes lanes,
            Wake wake,
            Listener listener,
            BacklogProbe backlog,
            RelayMeters meters,
            @Nullable ArchiveKeeper keeper,
            long pollTimer) {}

    @Override
    public Future<?> start() {
        RelayMeters meters = new RelayMeters(metrics);
        Pool pool = pool();
        Promise<Running> later = Promise.promise();
        Future<Running> started = later.future();
        FloorWatch floors = new FloorWatch(config.routes().keySet());
        Routes routes = routes(meters, () -> started.onSuccess(all -> all.wake().up()));
        Consumer<Lane> offer = lane -> started.onSuccess(all -> all.lanes().offer(lane));
        Drains drains = new Drains(vertx, pool, store, routes, floors, offer);
        Lanes lanes = new Lanes(
                vertx, config.concurrency(), lane -> drains.drain(lane).onComplete(meters::drainEnded));
        Search search = new Search(vertx, pool, store, floors, lane -> offer(routes, lanes, lane));
        Wake wake = new Wake(search::lanes, lane -> offer(routes, lanes, lane));
        Listener listener = new Listener(vertx, RelaySessions.listener(config.database()), wake::up);
        meters.gauge("outbox.relay.listener.up", () -> listener.isUp() ? 1 : 0);
        BacklogProbe backlog = new BacklogProbe(vertx, new OutboxAdmin(pool), meters::backlog);
        ArchiveKeeper keeper = config.archiveDays() == 0 ? null : keeper(pool, meters);
        long poll = vertx.setPeriodic(config.pollInterval().toMillis(), timer -> wake.up());
        running = new Running(pool, routes, search, drains, lanes, wake, listener, backlog, meters, keeper, poll);
        later.complete(running);
        listener.start();
        backlog.start();
        if (keeper != null) {
            keeper.start();
        }
        wake.up();
        return Future.succeededFuture();
    }

    private Pool pool() {
        return PgBuilder.pool()
                .connectingTo(RelaySessions.drains(config.database()))
                .with(new PoolOptions()
                        .setName("relay")
                        .setMaxSize(
                                config.concurrency() + 4) // Search, sweep, backlog and archive never wait for drains.
                        .setConnectionTimeout(ACQUIRE_TIMEOUT_SECONDS)
                        .setConnectionTimeoutUnit(TimeUnit.SECONDS))
                .with(new NetClientOptions().setConnectTimeout(RelaySessions.CONNECT_TIMEOUT_MILLIS))
                .using(vertx)
                .build();
    }

    /** Finishes what is in flight and starts nothing else; no event is lost whether or not it is waited for. */
    @Override
    public Future<?> stop() {
        Running current = running;
        if (current == null) {
            return Future.succeededFuture();
        }
        vertx.cancelTimer(current.pollTimer());
        current.backlog().stop();
        ArchiveKeeper keeper = current.keeper();
        if (keeper != null) {
            keeper.stop();
        }
        current.search().stop();
        current.drains().stop();
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
            return new RelayStatus(false, "the relay is not started", Map.of());
        }
        Throwable failure = current.wake().failure();
        return new RelayStatus(
                current.listener().isUp(),
                failure == null ? null : failure.toString(),
                current.routes().openCircuits());
    }

    private ArchiveKeeper keeper(Pool pool, RelayMeters meters) {
        ArchiveKeeper keeper = new ArchiveKeeper(vertx, new OutboxArchive(pool), config.archiveDays());
        meters.gauge("outbox.archive.kept", () -> keeper.isOk() ? 1 : 0);
        return keeper;
    }

    private Routes routes(RelayMeters meters, Runnable wakeUp) {
        Publisher publisher = new Publisher(sqs, context);
        Map<String, Destination> destinations = new HashMap<>();
        config.routes().forEach((topic, queueUrl) -> {
            Circuit circuit = new Circuit((delay, close) -> vertx.setTimer(delay, timer -> {
                close.run();
                wakeUp.run();
            }));
            meters.gauge("outbox.relay.circuit.open", () -> circuit.isOpen() ? 1 : 0, "topic", topic);
            destinations.put(topic, new Destination(queueUrl, publisher, circuit, new TopicMeters(metrics, topic)));
        });
        Circuit neverOpen = new Circuit((delay, close) -> {});
        return new Routes(
                destinations, new Destination(null, publisher, neverOpen, new TopicMeters(metrics, WITHOUT_ROUTE)));
    }

    /** A queue that is left alone is not even looked at: when its circuit closes, a search finds the lane again. */
    private static void offer(Routes routes, Lanes lanes, Lane lane) {
        if (!routes.of(lane).isOpen()) {
            lanes.offer(lane);
        }
    }
}
