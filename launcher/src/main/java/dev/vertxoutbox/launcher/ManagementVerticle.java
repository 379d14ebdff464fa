package dev.vertxoutbox.launcher;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the management contract: each of its operations is answered by the {@link Operation} of that id.
 *
 * <p>To load the contract takes a third of a second of CPU time, which a process that starts has better uses for: probes
 * are answered from the first moment on and without it, and whatever else is asked waits for it.
 */
final class ManagementVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(ManagementVerticle.class);
    private static final int IDLE_SECONDS = 60;

    /** A hundred bookings are smaller. */
    private static final int BODY_LIMIT = 64 * 1024;

    /** Operations that are asked for all the time, by path. */
    private static final Map<String, String> PROBES =
            Map.of("/health/live", "live", "/health/ready", "ready", "/metrics", "metrics");

    /** What vertx-web's body handler fails with when the connection ends before the body does: nobody reads an answer. */
    private static final int GONE_WITHIN_THE_BODY = 200;

    private final ManagementSettings settings;
    private final Map<String, Operation> operations;
    private final Consumer<Router> moreRoutes;
    private @Nullable Future<Router> contract;
    private volatile int actualPort;

    /** @param moreRoutes adds routes that the contract does not know; changing calls to them need the token as well */
    ManagementVerticle(ManagementSettings settings, Map<String, Operation> operations, Consumer<Router> moreRoutes) {
        this.settings = settings;
        this.operations = Map.copyOf(operations);
        this.moreRoutes = moreRoutes;
    }

    /** The port it listens on, once deployed. */
    int actualPort() {
        return actualPort;
    }

    @Override
    public Future<?> start() {
        HttpServerOptions options = new HttpServerOptions().setIdleTimeout(IDLE_SECONDS);
        Router probes = probes();
        return vertx.createHttpServer(options)
                .requestHandler(request -> route(request, probes))
                .listen(settings.port(), "0.0.0.0")
                .map(HttpServer::actualPort)
                .onSuccess(port -> actualPort = port);
    }

    /** What loads the contract would find its event loop gone. */
    @Override
    public synchronized Future<?> stop() {
        return contract == null ? Future.succeededFuture() : contract.otherwiseEmpty();
    }

    private Router probes() {
        Router router = Router.router(vertx);
        PROBES.forEach((path, id) -> router.get(path).handler(ctx -> answer(ctx, operation(id))));
        return router;
    }

    private void route(HttpServerRequest request, Router probes) {
        if (request.method().equals(HttpMethod.GET) && PROBES.containsKey(request.path())) {
            probes.handle(request);
            return;
        }
        Future<Router> loaded = load();
        if (loaded.succeeded()) {
            loaded.result().handle(request);
            return;
        }
        request.pause();
        loaded.onComplete(done -> context.runOnContext(turn -> {
            if (done.succeeded()) {
                done.result().handle(request);
            } else {
                request.response().setStatusCode(500).end();
            }
            request.resume();
        }));
    }

    /**
     * Loads the contract, unless that has begun already.
     *
     * @return completed when every operation is served; failed when one of them has nobody who answers it
     */
    synchronized Future<Router> load() {
        if (contract == null) {
            contract = ManagementContract.load(vertx).map(this::router);
        }
        return contract;
    }

    private Operation operation(String id) {
        Operation operation = operations.get(id);
        if (operation == null) {
            throw new IllegalStateException("no handler for operation " + id);
        }
        return operation;
    }

    private Router router(OpenAPIContract contract) {
        RouterBuilder builder = RouterBuilder.create(vertx, contract, RequestExtractor.withBodyHandler())
                .rootHandler(new TokenGuard(settings.token()))
                .rootHandler(BodyHandler.create(false).setBodyLimit(BODY_LIMIT));
        for (OpenAPIRoute route : builder.getRoutes()) {
            Operation operation = operation(route.getOperation().getOperationId());
            // The guard above covers every changing call, those outside the contract included.
            route.setDoSecurity(false).addHandler(ctx -> answer(ctx, operation));
        }
        Router router = builder.createRouter();
        moreRoutes.accept(router);
        // As GET without the body; not for the stream, which would have no end.
        router.headWithRegex("(?!/console/stream).*")
                .order(-1)
                .handler(ctx -> ctx.reroute(HttpMethod.GET, ctx.request().uri()));
        router.errorHandler(GONE_WITHIN_THE_BODY, ctx -> log.debug("The client has gone", ctx.failure()));
        router.errorHandler(400, ctx -> Problem.ofContract(cause(ctx.failure())).send(ctx));
        router.errorHandler(404, ctx -> new Problem(404, "Nothing is served at " + ctx.normalizedPath()).send(ctx));
        router.errorHandler(405, ctx -> new Problem(405, ctx.request().method() + " is not for this path").send(ctx));
        router.errorHandler(413, ctx -> new Problem(413, "The body is larger than " + BODY_LIMIT + " bytes").send(ctx));
        router.errorHandler(500, ctx -> fail(ctx, ctx.failure()));
        return router;
    }

    private static void answer(RoutingContext ctx, Operation operation) {
        // Composed so that what an operation throws fails its Future.
        Future.succeededFuture().compose(started -> operation.answer(ctx)).onFailure(failure -> fail(ctx, failure));
    }

    private static void fail(RoutingContext ctx, Throwable failure) {
        Problem problem = Problem.of(failure);
        if (problem.status() >= 500) {
            log.atWarn()
                    .addKeyValue("uri", ctx.request().uri())
                    .addKeyValue("status", problem.status())
                    .setCause(failure)
                    .log("Management call failed");
        }
        problem.send(ctx);
    }

    /** A violated contract says in the cause which parameter is wrong and why. */
    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure == null || failure.getCause() == null ? failure : failure.getCause();
    }
}
