package dev.vertxoutbox.flight;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every failure of a request into a problem document. What is not the client's fault goes to the log only. */
final class ProblemWriter {
    private static final Logger log = LoggerFactory.getLogger(ProblemWriter.class);
    private static final List<Integer> STATUSES = List.of(400, 404, 405, 406, 408, 413, 415, 417, 422, 500, 503);

    /** What vertx-web's body handler fails with when the connection ends before the body does: nobody reads an answer. */
    private static final int GONE_WITHIN_THE_BODY = 200;

    static final String RETRY_AFTER_SECONDS = "1";

    private final OpenAPIContract contract;
    private final OutageLog outage = new OutageLog();

    ProblemWriter(OpenAPIContract contract) {
        this.contract = contract;
    }

    /** Every status that the router may fail with is answered here. */
    void install(Router router) {
        // Not ctx.statusCode(): it is not set when vertx-web itself finds the path malformed.
        STATUSES.forEach(status -> router.errorHandler(status, ctx -> write(ctx, status)));
        router.errorHandler(GONE_WITHIN_THE_BODY, ctx -> log.debug("The client has gone", ctx.failure()));
    }

    /** What is no HTTP request, or one with a head that is too large, never reaches the router. */
    static void refuse(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        int status = cause instanceof TooLongHttpLineException
                ? 414
                : cause instanceof TooLongHttpHeaderException ? 431 : 400;
        request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end(Problem.of(status, null).toJson().encode())
                .otherwiseEmpty();
    }

    private void write(RoutingContext ctx, int status) {
        Problem problem = problem(ctx, status);
        if (problem.status() >= 500) {
            report(ctx, problem.status());
        }
        if (ctx.response().headWritten()) {
            ctx.response().reset();
            return;
        }
        addHeaders(ctx, problem.status());
        if (ctx.failure() instanceof Refusal refusal && refusal.challenge() != null) {
            ctx.response().putHeader("WWW-Authenticate", refusal.challenge());
        }
        ctx.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .end(problem.toJson().encode())
                .otherwiseEmpty();
    }

    private Problem problem(RoutingContext ctx, int status) {
        if (ctx.failure() instanceof Refusal refusal) {
            return refusal.problem();
        }
        return switch (status) {
            case 400 -> Problem.of(400, "The request cannot be read: its path or query is malformed");
            case 404 -> Problem.of(404, "Nothing is served here; see /openapi.yaml");
            case 405 -> Problem.of(405, ctx.request().method() + " is not allowed here, but " + allowed(ctx));
            case 406 -> Problem.of(406, "The Accept header admits none of the media types that this resource has");
            case 408 -> Problem.of(408, "The request took longer than " + Connections.BODY_SECONDS + " seconds");
            case 413 -> Problem.of(413, "The body must not be larger than " + FlightRouter.BODY_LIMIT + " bytes");
            case 415 -> Problem.of(415, "Send the body as application/json");
            case 417 -> Problem.of(417, "Only the expectation 100-continue is met");
            default -> Problem.of(500, null);
        };
    }

    private void addHeaders(RoutingContext ctx, int status) {
        switch (status) {
            case 405 -> ctx.response().putHeader(HttpHeaders.ALLOW, allowed(ctx));
            case 415 -> ctx.response().putHeader("Accept-Post", "application/json");
            case 503 -> ctx.response().putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
            default -> {
                // The document says all.
            }
        }
    }

    private String allowed(RoutingContext ctx) {
        Path path = contract.findPath(ctx.normalizedPath());
        return path == null
                ? "GET"
                : path.getOperations().stream()
                        .map(Operation::getHttpMethod)
                        .map(Object::toString)
                        .sorted()
                        .collect(Collectors.joining(", "));
    }

    private void report(RoutingContext ctx, int status) {
        if (status == 503) {
            outage.report(ctx.failure());
        } else {
            Traceparent.addTo(log.atError(), RequestSpans.traceparent(ctx))
                    .addKeyValue("method", ctx.request().method())
                    .addKeyValue("status", status)
                    .setCause(ctx.failure())
                    .log("Request failed");
        }
    }
}
