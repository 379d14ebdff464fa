package dev.vertxoutbox.flight;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.Operation;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds the router from the contract: what it does not name is not served, and each operation must have a handler. */
final class FlightRouter {

    /** Bytes of a body at most; the largest sensible booking is below 2 KiB. */
    static final int BODY_LIMIT = 16 * 1024;

    private static final String JSON = "application/json";

    private static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence REFERRER_POLICY = HttpHeaders.createOptimized("Referrer-Policy");
    private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    private static final CharSequence SECURITY_POLICY = HttpHeaders.createOptimized("Content-Security-Policy");
    private static final CharSequence NOTHING =
            HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'");

    private final Vertx vertx;
    private final Contract contract;
    private final Connections connections;
    private final RequestSpans spans;
    private final @Nullable AccessTokens tokens;

    /** @param tokens what lets requests in, or null for all of them */
    FlightRouter(
            Vertx vertx,
            Contract contract,
            Connections connections,
            RequestSpans spans,
            @Nullable AccessTokens tokens) {
        this.vertx = vertx;
        this.contract = contract;
        this.connections = connections;
        this.spans = spans;
        this.tokens = tokens;
    }

    /**
     * Builds it.
     *
     * @throws IllegalStateException if an operation of the contract has no handler
     */
    Router build(Map<String, FlightOperations.Handler> handlers) {
        RouterBuilder builder = RouterBuilder.create(vertx, contract.openApi());
        builder.rootHandler(connections::requested);
        builder.rootHandler(spans::start);
        builder.rootHandler(FlightRouter::addHeaders);
        for (OpenAPIRoute route : builder.getRoutes()) {
            String id = route.getOperation().getOperationId();
            FlightOperations.Handler handler = handlers.get(id);
            if (handler == null) {
                throw new IllegalStateException("Operation " + id + " of the contract has no handler");
            }
            addHandlers(route, handler);
        }
        Router router = builder.createRouter();
        router.getRoutes().forEach(FlightRouter::setMediaTypes);
        new ApiDocs(vertx, contract.text(), connections).mount(router);
        new ProblemWriter(contract.openApi()).install(router);
        return router;
    }

    private void addHandlers(OpenAPIRoute route, FlightOperations.Handler handler) {
        ArgumentReader reader = new ArgumentReader(route.getOperation());
        route.setDoValidation(false);
        boolean hasBody = route.getOperation().getRequestBody() != null;
        if (spans.areRecorded()) {
            route.addHandler(RequestSpans.routed(route.getOperation().getAbsoluteOpenAPIPath()));
        }
        if (tokens != null) {
            route.addHandler(new ScopeGuard(tokens, scopes(route.getOperation().getOperationId())));
        }
        if (hasBody) {
            route.addHandler(BodyHandler.create(false).setBodyLimit(BODY_LIMIT));
        }
        route.addHandler(connections::received);
        route.addHandler(ctx -> handle(ctx, reader, handler));
    }

    private Set<String> scopes(String operationId) {
        Set<String> scopes = contract.scopes().get(operationId);
        if (scopes == null || scopes.isEmpty()) {
            throw new IllegalStateException("The contract does not say which scope " + operationId + " needs");
        }
        return scopes;
    }

    /** The one edge at which the failures of all operations end. */
    private static void handle(RoutingContext ctx, ArgumentReader reader, FlightOperations.Handler handler) {
        Future<Void> handled;
        try {
            handled = handler.handle(ctx, reader.read(ctx));
        } catch (RuntimeException e) {
            handled = Future.failedFuture(e);
        }
        handled.onFailure(failure -> {
            if (!ctx.response().closed()) {
                ctx.fail(failure);
            }
        });
    }

    /** Lets vertx-web answer 415 and 406. */
    private static void setMediaTypes(Route route) {
        Operation operation = route.getMetadata(RouterBuilder.KEY_META_DATA_OPERATION);
        if (operation != null) {
            route.produces("watchFlight".equals(operation.getOperationId()) ? Watchers.MEDIA_TYPE : JSON);
            if (operation.getRequestBody() != null) {
                route.consumes(JSON);
            }
        }
    }

    private static void addHeaders(RoutingContext ctx) {
        addSecurityHeaders(ctx.response());
        ctx.next();
    }

    static void addSecurityHeaders(HttpServerResponse response) {
        response.putHeader(CONTENT_TYPE_OPTIONS, NOSNIFF)
                .putHeader(REFERRER_POLICY, NO_REFERRER)
                .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE)
                .putHeader(SECURITY_POLICY, NOTHING);
    }
}
