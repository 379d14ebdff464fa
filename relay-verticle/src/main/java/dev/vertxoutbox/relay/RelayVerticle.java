package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneHead;
import dev.vertxoutbox.outbox.OutboxAdmin;
import dev.vertxoutbox.outbox.OutboxArchive;
import dev.vertxoutbox.outbox.OutboxStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
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
    private final @Nullable SqsAsyncClient givenSqs;
    private final MeterRegistry metrics;
    private final OpenTelemetry openTelemetry;
    private final Duration silence;
    private final OutboxStore store;

    private volatile @Nullable Running running;

    /**
     * A relay with an SQS client of its own: region, credentials and endpoint are those of the SDK's default chain. The
     * start fails if that names no region. Its meters are registered in {@link Metrics#globalRegistry}.
     *
     * @param config what to send where
     */
    public RelayVerticle(RelayConfig config) {
        this(config, Metrics.globalRegistry, OpenTelemetry.noop(), null, RelaySessions.SILENCE);
    }

    /**
     * A relay that shares an SQS client with others.
     *
     * @param config what to send where
     * @param sqs stays the caller's to close; built with {@link #sqsLimits}, and used once before, off the event loops:
     *     the first call loads classes for a tenth of a second and more
     * @param metrics where the relay's meters are registered
     */
    public RelayVerticle(RelayConfig config, SqsAsyncClient sqs, MeterRegistry metrics) {
        this(config, metrics, OpenTelemetry.noop(), sqs, RelaySessions.SILENCE);
    }

    /**
     * A relay that shares an SQS client with others, and that records a span for each try to send an event.
     *
     * @param config what to send where
     * @param sqs as above
     * @param metrics where the relay's meters are registered
     * @param openTelemetry where the spans go; {@link OpenTelemetry#noop()} for none
     */
    public RelayVerticle(RelayConfig config, SqsAsyncClient sqs, MeterRegistry metrics, OpenTelemetry openTelemetry) {
        this(config, metrics, openTelemetry, sqs, RelaySessions.SILENCE);
    }

    /** @param silence after which a database connection counts as cut off, in whole seconds */
    RelayVerticle(
            RelayConfig config,
            MeterRegistry metrics,
            OpenTelemetry openTelemetry,
            @Nullable SqsAsyncClient givenSqs,
            Duration silence) {
        this.config = config;
        this.givenSqs = givenSqs;
        this.metrics = metrics;
        this.openTelemetry = openTelemetry;
        this.silence = silence;
        this.store = new OutboxStore(config.archiveDays() > 0);
    }

    /**
     * What a relay asks of its SQS client: a call fails within five seconds and is not repeated, since the relay repeats
     * itself, with all its events in view.
     */
    public static ClientOverrideConfiguration sqsLimits() {
        return OwnSqsClient.limits();
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
            @Nullable OwnSqsClient ownSqs,
            long pollTimer) {}

    @Override
    public Future<?> start() {
        SqsAsyncClient given = givenSqs;
        if (given != null) {
            run(given, null);
            return Future.succeededFuture();
        }
        String anyQueue = config.routes().values().iterator().next();
        return OwnSqsClient.open(vertx, anyQueue).onSuccess(own -> run(own.client(), own));
    }

    private void run(SqsAsyncClient sqs, @Nullable OwnSqsClient ownSqs) {
        RelayMeters meters = new RelayMeters(metrics);
        Pool pool = pool();
        Promise<Running> later = Promise.promise();
        Future<Running> started = later.future();
        FloorWatch floors = new FloorWatch(config.routes().keySet());
        Routes routes = routes(
                meters,
                new Publisher(sqs, context),
                () -> started.onSuccess(all -> all.wake().up()));
        Consumer<Lane> offer = lane -> started.onSuccess(all -> all.lanes().offer(List.of(lane)));
        Drains drains = new Drains(vertx, pool, store, routes, floors, offer);
        Lanes lanes = new Lanes(
                vertx,
                config.concurrency(),
                group -> drains.drain(group).onComplete(drained -> meters.drainEnded(group, drained)),
                () -> started.onSuccess(all -> all.wake().up()));
        Search search =
                new Search(vertx, pool, store, floors, drains.setbacks()::all, found -> offer(routes, lanes, found));
        Wake wake = new Wake(vertx, search::lanes, found -> offer(routes, lanes, found));
        Listener listener = new Listener(vertx, RelaySessions.listener(config.database()), silence, wake::up);
        meters.gauge("outbox.relay.listener.up", () -> listener.isUp() ? 1 : 0);
        meters.gauge("outbox.relay.database.up", () -> wake.failure() == null ? 1 : 0);
        BacklogProbe backlog = new BacklogProbe(vertx, new OutboxAdmin(pool), meters::backlog);
        ArchiveKeeper keeper = config.archiveDays() == 0 ? null : keeper(pool, meters);
        long poll = vertx.setPeriodic(config.pollInterval().toMillis(), timer -> wake.up());
        running =
                new Running(pool, routes, search, drains, lanes, wake, listener, backlog, meters, keeper, ownSqs, poll);
        later.complete(running);
        listener.start();
        backlog.start();
        if (keeper != null) {
            keeper.start();
        }
        wake.up();
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
                .with(new NetClientOptions()
                        .setConnectTimeout(RelaySessions.CONNECT_TIMEOUT_MILLIS)
                        .setReadIdleTimeout((int) silence.toSeconds())
                        .setIdleTimeoutUnit(TimeUnit.SECONDS))
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
                .eventually(() -> closeSqs(current))
                .eventually(() -> {
                    current.meters().close();
                    return Future.succeededFuture();
                });
    }

    private Future<Void> closeSqs(Running current) {
        OwnSqsClient own = current.ownSqs();
        return own == null ? Future.succeededFuture() : own.close(vertx);
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

    private Routes routes(RelayMeters meters, Publisher publisher, Runnable wakeUp) {
        Map<String, Destination> destinations = new HashMap<>();
        config.routes().forEach((topic, queueUrl) -> {
            Circuit circuit = new Circuit((delay, close) -> vertx.setTimer(delay, timer -> {
                close.run();
                wakeUp.run();
            }));
            meters.gauge("outbox.relay.circuit.open", () -> circuit.isFailing() ? 1 : 0, "topic", topic);
            TopicMeters ofTopic = new TopicMeters(metrics, topic);
            SendSpans spans = new SendSpans(openTelemetry, queueUrl);
            destinations.put(topic, new Destination(queueUrl, publisher, circuit, ofTopic, spans));
        });
        Circuit neverOpen = new Circuit((delay, close) -> {});
        TopicMeters ofOthers = new TopicMeters(metrics, WITHOUT_ROUTE);
        SendSpans none = new SendSpans(OpenTelemetry.noop(), WITHOUT_ROUTE);
        return new Routes(destinations, new Destination(null, publisher, neverOpen, ofOthers, none));
    }

    /**
     * A paused topic waits for a search after it is resumed, a lane that is held for the end of a setback. A queue that is
     * left alone is not even looked at: when its circuit closes, a search finds the lane again.
     */
    private static void offer(Routes routes, Lanes lanes, List<LaneHead> found) {
        lanes.offer(found.stream()
                .filter(LaneHead::isSendable)
                .map(LaneHead::lane)
                .filter(lane -> !routes.of(lane.topic()).isOpen())
                .toList());
    }
}
