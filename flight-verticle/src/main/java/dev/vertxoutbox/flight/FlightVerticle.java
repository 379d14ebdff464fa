package dev.vertxoutbox.flight;

import dev.vertxoutbox.inbox.Inbox;
import dev.vertxoutbox.inbox.InboxStatus;
import dev.vertxoutbox.outbox.Outbox;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * The flight service: its HTTP API, and its consumer of payment events. Any number may run at the same database.
 *
 * <p>It starts whether or not database and queue can be reached: without the database the API answers 503 with
 * {@code Retry-After}, and it recovers by itself; without the queue bookings go on and payments wait.
 */
public final class FlightVerticle extends VerticleBase {

    private static final int DRAIN_SECONDS = 5;
    private static final int IDLE_TIMEOUT_SECONDS = 75;
    private static final int MAX_HEADER_BYTES = 8 * 1024;
    private static final int MAX_REQUEST_LINE_BYTES = 4 * 1024;
    private static final Duration CLEANER_LONGEST_PAUSE = Duration.ofMinutes(1);

    private final FlightConfig config;
    private final SqsAsyncClient sqs;
    private final MeterRegistry meters;

    private volatile @Nullable Running running;

    private record Running(
            Pool pool,
            HttpServer server,
            Connections connections,
            Watchers watchers,
            BackgroundLoop cleaner,
            Inbox inbox) {}

    /**
     * @param config how to serve
     * @param sqs receives payment events; stays the caller's to close, see {@link Inbox} for what it must allow
     * @param meters where the meters {@code flight.*} and those of the inbox are registered
     */
    public FlightVerticle(FlightConfig config, SqsAsyncClient sqs, MeterRegistry meters) {
        this.config = config;
        this.sqs = sqs;
        this.meters = meters;
    }

    /** Completes when the API accepts connections; fails when the port is in use. */
    @Override
    public Future<?> start() {
        return Contract.load(vertx)
                // It loads hundreds of classes, for which an event loop has no time.
                .compose(contract -> vertx.executeBlocking(() -> assemble(contract)))
                .compose(parts -> parts.server().listen().map(parts))
                .compose(parts -> parts.inbox().start().map(parts))
                .onSuccess(parts -> {
                    parts.connections().start();
                    parts.cleaner().start();
                    running = parts;
                });
    }

    /** Ends streams, lets requests and payment events finish, for a few seconds at the most, then closes. */
    @Override
    public Future<?> stop() {
        Running parts = running;
        if (parts == null) {
            return Future.succeededFuture();
        }
        return Future.join(
                        parts.watchers().close(),
                        parts.server().shutdown(DRAIN_SECONDS, TimeUnit.SECONDS),
                        parts.inbox().stop(),
                        parts.cleaner().stop())
                .eventually(() -> {
                    parts.connections().stop();
                    return parts.pool().close();
                });
    }

    /**
     * The TCP port of the API.
     *
     * @throws IllegalStateException before the start is complete
     */
    public int actualPort() {
        return running().server().actualPort();
    }

    /** {@return whether payment events are consumed; from any thread, after the start} */
    public InboxStatus paymentsStatus() {
        return running().inbox().status();
    }

    private Running running() {
        Running parts = running;
        if (parts == null) {
            throw new IllegalStateException("The flight service is not started: wait for its deployment");
        }
        return parts;
    }

    private Running assemble(Contract contract) {
        Pool pool = Database.pool(vertx, config.database(), config.poolSize());
        Database database = new Database(pool);
        Watchers watchers = new Watchers(vertx, database, config.maxWatchers(), meters);
        Connections connections = new Connections(vertx);
        FlightOperations operations = new FlightOperations(new Bookings(database, new Outbox(pool)), watchers, meters);
        Router router = new FlightRouter(vertx, contract, connections).build(operations.byOperationId());
        HttpServer server = vertx.createHttpServer(serverOptions(config.httpPort()))
                .connectionHandler(connections::opened)
                .invalidRequestHandler(ProblemWriter::refuse)
                .requestHandler(router);
        BackgroundLoop cleaner =
                new BackgroundLoop(vertx, "idempotency-keys", CLEANER_LONGEST_PAUSE, meters, new KeyCleaner(database));
        Inbox inbox = new Inbox(vertx, pool, sqs, config.payments(), new PaymentEvents().handlers(), meters);
        return new Running(pool, server, connections, watchers, cleaner, inbox);
    }

    static HttpServerOptions serverOptions(int port) {
        return new HttpServerOptions()
                .setPort(port)
                .setIdleTimeout(IDLE_TIMEOUT_SECONDS)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                // For Connections: one request at a time on each, and each is reported at once, not with its first
                // bytes.
                .setHttp2ClearTextEnabled(false);
    }
}
