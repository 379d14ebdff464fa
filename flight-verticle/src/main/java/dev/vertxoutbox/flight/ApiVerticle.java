package dev.vertxoutbox.flight;

import dev.vertxoutbox.outbox.Outbox;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.compression.StandardCompressionOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.sqlclient.Pool;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The HTTP API on one event loop. */
final class ApiVerticle extends VerticleBase {

    private static final int DRAIN_SECONDS = 5;

    /** Without a byte from us. Longer than a load balancer's, so that it is not we who close what it is about to use. */
    private static final int IDLE_SECONDS = 75;

    private static final int ACCEPT_BACKLOG = 4_096;
    private static final int MAX_HEADER_BYTES = 8 * 1024;
    private static final int MAX_REQUEST_LINE_BYTES = 4 * 1024;

    /** A booking is smaller, and cheaper to send than to compress; a page of them is not. */
    private static final int COMPRESSED_FROM_BYTES = 2 * 1024;

    private static final int COMPRESSION_LEVEL = 4;

    private final FlightConfig config;
    private final Shared shared;
    private final MeterRegistry meters;
    private final RequestSpans spans;

    private volatile @Nullable Running running;

    private record Running(
            Pool pool,
            HttpServer server,
            Connections connections,
            Watchers watchers,
            @Nullable AccessTokens tokens) {

        Future<Void> startTokens() {
            return tokens == null ? Future.succeededFuture() : tokens.start();
        }

        Future<Void> stopTokens() {
            return tokens == null ? Future.succeededFuture() : tokens.stop();
        }
    }

    /**
     * What the instances of a service have in common.
     *
     * @param port negative for any free one, which all that are given the same number share
     * @param outbox rings for all of them
     */
    record Shared(int port, Contract contract, Outbox outbox, Places connections, Places watchers) {}

    ApiVerticle(FlightConfig config, Shared shared, MeterRegistry meters, RequestSpans spans) {
        this.config = config;
        this.shared = shared;
        this.meters = meters;
        this.spans = spans;
    }

    /** Completes when the API accepts connections; fails when the port is in use, or with {@link SigningKeysException}. */
    @Override
    public Future<?> start() {
        // It loads hundreds of classes, for which an event loop has no time.
        return vertx.executeBlocking(this::assemble)
                .compose(parts -> parts.startTokens()
                        .compose(ready -> parts.server().listen())
                        .map(parts))
                .onSuccess(parts -> {
                    parts.connections().start();
                    running = parts;
                });
    }

    /** Ends streams, lets requests finish, for a few seconds at the most, then closes. */
    @Override
    public Future<?> stop() {
        Running parts = running;
        if (parts == null) {
            return Future.succeededFuture();
        }
        return Future.join(
                        parts.watchers().close(),
                        parts.server().shutdown(DRAIN_SECONDS, TimeUnit.SECONDS),
                        parts.stopTokens())
                .eventually(() -> {
                    parts.connections().stop();
                    return parts.pool().close();
                });
    }

    /** The TCP port, or -1 before the start is complete. */
    int actualPort() {
        Running parts = running;
        return parts == null ? -1 : parts.server().actualPort();
    }

    private Running assemble() {
        Pool pool = Database.pool(vertx, config.database(), config.poolSize());
        Database database = new Database(pool);
        Watchers watchers = new Watchers(vertx, database, shared.watchers(), meters);
        Connections connections = new Connections(vertx, shared.connections(), meters);
        Bookings bookings = new Bookings(vertx, database, shared.outbox(), meters);
        Admission admission = new Admission(
                Bookings.ADMISSION,
                bookings::pending,
                task -> context.runOnContext(go -> task.run()),
                System::nanoTime);
        FlightOperations operations = new FlightOperations(bookings, watchers, meters);
        Authorization authorization = config.authorization();
        AccessTokens tokens = authorization == null ? null : new AccessTokens(vertx, authorization, meters);
        Router router = new FlightRouter(vertx, shared.contract(), connections, spans, tokens)
                .build(operations.byOperationId());
        HttpServer server = vertx.createHttpServer(serverOptions(shared.port()))
                .connectionHandler(connections::opened)
                .invalidRequestHandler(ProblemWriter::refuse)
                .requestHandler(new LoadShedding(vertx, router, admission::admits, spans));
        return new Running(pool, server, connections, watchers, tokens);
    }

    static HttpServerOptions serverOptions(int port) {
        return new HttpServerOptions()
                .setPort(port)
                .setAcceptBacklog(ACCEPT_BACKLOG)
                .setWriteIdleTimeout(IDLE_SECONDS)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setCompressionSupported(true)
                .addCompressor(StandardCompressionOptions.gzip(COMPRESSION_LEVEL, 15, 8))
                .setCompressionContentSizeThreshold(COMPRESSED_FROM_BYTES)
                // No operation is a WebSocket: without these, no handler looks at each request for one.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
    }
}
