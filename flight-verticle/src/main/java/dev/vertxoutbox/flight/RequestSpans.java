package dev.vertxoutbox.flight;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.PlatformHandler;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Identifies each request by a trace context, and records a span for it: a child of what the client sent, or the first of
 * a trace.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/http/http-spans/">HTTP spans</a>
 */
final class RequestSpans {

    private static final String SPAN = RequestSpans.class.getName();
    private static final Set<String> METHODS =
            HttpMethod.values().stream().map(HttpMethod::name).collect(Collectors.toUnmodifiableSet());

    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> METHOD_SENT = AttributeKey.stringKey("http.request.method_original");
    private static final AttributeKey<Long> STATUS_CODE = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<String> QUERY = AttributeKey.stringKey("url.query");
    private static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<String> VERSION = AttributeKey.stringKey("network.protocol.version");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private final @Nullable Tracer tracer;

    RequestSpans(OpenTelemetry openTelemetry) {
        this.tracer =
                openTelemetry.equals(OpenTelemetry.noop()) ? null : openTelemetry.getTracer("dev.vertxoutbox.flight");
    }

    boolean areRecorded() {
        return tracer != null;
    }

    /** Identifies a request, as soon as it is in the router, and starts its span. */
    void start(RoutingContext ctx) {
        Span span = start(ctx.request());
        if (tracer != null) {
            ctx.put(SPAN, span);
            ctx.addEndHandler(ended -> end(span, ctx.response()));
        }
        ctx.next();
    }

    /** Identifies a request, and starts its span. */
    Span start(HttpServerRequest request) {
        String given = Traceparent.given(request);
        if (tracer == null) {
            Traceparent.answer(request, given == null ? Traceparent.make() : given);
            return Span.getInvalid();
        }
        Context parent = given == null ? Context.root() : Traceparent.context(given);
        Span span = builder(tracer, request).setParent(parent).startSpan();
        String own = span.getSpanContext().isValid() ? Traceparent.of(span.getSpanContext()) : Traceparent.make();
        Traceparent.answer(request, given == null ? own : given);
        return span;
    }

    private static SpanBuilder builder(Tracer tracer, HttpServerRequest request) {
        String sent = request.method().name();
        boolean known = METHODS.contains(sent);
        SpanBuilder span = tracer.spanBuilder(known ? sent : "HTTP")
                .setSpanKind(SpanKind.SERVER)
                .setAttribute(METHOD, known ? sent : "_OTHER")
                .setAttribute(SCHEME, request.isSSL() ? "https" : "http")
                .setAttribute(VERSION, request.version() == HttpVersion.HTTP_2 ? "2" : "1.1");
        if (!known) {
            span.setAttribute(METHOD_SENT, sent);
        }
        if (request.path() != null) {
            span.setAttribute(PATH, request.path());
        }
        if (request.query() != null) {
            span.setAttribute(QUERY, request.query());
        }
        HostAndPort authority = request.authority();
        if (authority != null) {
            span.setAttribute(SERVER, authority.host());
            if (authority.port() > 0) {
                span.setAttribute(SERVER_PORT, authority.port());
            }
        }
        return span;
    }

    /** The first handler of an operation: names the span after it. */
    static PlatformHandler routed(String path) {
        return ctx -> {
            Span span = ctx.get(SPAN);
            if (span != null) {
                span.updateName(ctx.request().method().name() + " " + path).setAttribute(ROUTE, path);
            }
            ctx.next();
        };
    }

    /** The request is over, whether it was answered or its client has gone. */
    static void end(Span span, HttpServerResponse response) {
        if (response.headWritten()) {
            int status = response.getStatusCode();
            span.setAttribute(STATUS_CODE, status);
            if (status >= 500) {
                span.setAttribute(ERROR_TYPE, Integer.toString(status)).setStatus(StatusCode.ERROR);
            }
        }
        span.end();
    }

    /** What the events that a request causes carry on: its span, or the trace context that it was identified by. */
    static String traceparent(RoutingContext ctx) {
        Span span = ctx.get(SPAN);
        return span != null && span.getSpanContext().isValid()
                ? Traceparent.of(span.getSpanContext())
                : Traceparent.answered(ctx.response());
    }
}
