package dev.vertxoutbox.flight;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the connections, and the time that a client may take for the body of a request: {@value #BODY_SECONDS} s. How long
 * one may take for its head is bounded by the server's idle timeout, which counts what we write: a byte now and then from
 * the client does not keep a connection open.
 *
 * <p>For use on one event loop.
 */
final class Connections {

    static final int BODY_SECONDS = 10;
    private static final long SWEEPS = 10;

    private final Vertx vertx;
    private final Places places;
    private final Counter refused;
    private final long bodyNanos;

    /** Requests whose rest is awaited, and since when, the longest first. */
    private final Map<RoutingContext, Long> receiving = new LinkedHashMap<>();

    private long timer = -1;

    /** @param places for connections that have made a request; more are closed */
    Connections(Vertx vertx, Places places, MeterRegistry meters) {
        this(vertx, places, meters, Duration.ofSeconds(BODY_SECONDS));
    }

    /** With another limit for bodies than the usual, for tests. */
    Connections(Vertx vertx, Places places, MeterRegistry meters, Duration body) {
        this.vertx = vertx;
        this.places = places;
        this.refused = meters.counter("flight.connections.refused");
        this.bodyNanos = body.toNanos();
    }

    void start() {
        timer = vertx.setPeriodic(TimeUnit.NANOSECONDS.toMillis(bodyNanos) / SWEEPS, fired -> sweep());
    }

    void stop() {
        vertx.cancelTimer(timer);
    }

    /** To be called with each new connection. */
    void opened(HttpConnection connection) {
        if (places.take()) {
            connection.closeHandler(closed -> places.free());
        } else {
            refused.increment();
            connection.close().otherwiseEmpty();
        }
    }

    /** The first handler of each request. */
    void requested(RoutingContext ctx) {
        receiving.put(ctx, System.nanoTime());
        ctx.addEndHandler(ended -> answered(ctx));
        ctx.next();
    }

    /** The handler after which the request is complete, or its body of no interest. */
    void received(RoutingContext ctx) {
        receiving.remove(ctx);
        ctx.next();
    }

    /** The rest of a body that was not waited for still has to come, before another request can on HTTP/1.1. */
    private void answered(RoutingContext ctx) {
        receiving.remove(ctx);
        if (!ctx.request().isEnded()) {
            receiving.put(ctx, System.nanoTime());
        }
    }

    private void sweep() {
        receiving.keySet().removeIf(ctx -> ctx.request().isEnded());
        long now = System.nanoTime();
        List<RoutingContext> late = receiving.entrySet().stream()
                .takeWhile(entry -> now - entry.getValue() > bodyNanos)
                .map(Map.Entry::getKey)
                .toList();
        late.forEach(receiving::remove);
        late.forEach(Connections::end);
    }

    /** On HTTP/2 other requests share the connection. */
    private static void end(RoutingContext ctx) {
        boolean shared = ctx.request().version() == HttpVersion.HTTP_2;
        if (!ctx.response().headWritten()) {
            if (!shared) {
                ctx.response().putHeader("Connection", "close");
            }
            ctx.fail(408);
        } else if (shared) {
            ctx.response().reset();
        } else {
            ctx.request().connection().close().otherwiseEmpty();
        }
    }
}
