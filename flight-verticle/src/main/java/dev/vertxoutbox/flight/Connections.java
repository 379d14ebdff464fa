package dev.vertxoutbox.flight;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends connections whose client keeps us waiting: {@value #IDLE_SECONDS} s for a request, {@value #BODY_SECONDS} s for the
 * rest of one. An idle timeout alone does not, as one byte now and then keeps such a connection alive.
 *
 * <p>For use on one event loop, and for HTTP/1.1, where a connection has one request at a time.
 */
final class Connections {

    static final int BODY_SECONDS = 10;
    private static final int IDLE_SECONDS = 60;
    private static final long SWEEPS = 10;

    private final Vertx vertx;
    private final long idleNanos;
    private final long bodyNanos;
    private final Map<HttpConnection, Turn> turns = new HashMap<>();
    private long timer = -1;

    /**
     * Whose turn it is on a connection.
     *
     * @param since start of the turn, as {@link System#nanoTime}
     * @param receiving the request whose rest is awaited, or null when a new one is
     * @param ours whether it is up to us, so that time does not count
     */
    private record Turn(long since, @Nullable RoutingContext receiving, boolean ours) {}

    Connections(Vertx vertx) {
        this(vertx, Duration.ofSeconds(IDLE_SECONDS), Duration.ofSeconds(BODY_SECONDS));
    }

    /**
     * With other limits than the usual, for tests.
     *
     * @param idle for the next request
     * @param body for the rest of a request
     */
    Connections(Vertx vertx, Duration idle, Duration body) {
        this.vertx = vertx;
        this.idleNanos = idle.toNanos();
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
        turns.put(connection, new Turn(System.nanoTime(), null, false));
        connection.closeHandler(closed -> turns.remove(connection));
    }

    /** The first handler of each request. */
    void requested(RoutingContext ctx) {
        HttpConnection connection = ctx.request().connection();
        turns.replace(connection, new Turn(System.nanoTime(), ctx, false));
        ctx.addEndHandler(ended -> turns.replace(connection, next(ctx)));
        ctx.next();
    }

    /** What comes after an answer: another request, or first the rest of a body that was not waited for. */
    private static Turn next(RoutingContext ctx) {
        return new Turn(System.nanoTime(), ctx.request().isEnded() ? null : ctx, false);
    }

    /** The handler after which the request is complete, or its body of no interest. */
    void received(RoutingContext ctx) {
        turns.replace(ctx.request().connection(), new Turn(System.nanoTime(), null, true));
        ctx.next();
    }

    private void sweep() {
        long now = System.nanoTime();
        for (Map.Entry<HttpConnection, Turn> entry : List.copyOf(turns.entrySet())) {
            if (isOver(entry.getValue(), now)) {
                end(entry.getKey(), entry.getValue().receiving());
            }
        }
    }

    private boolean isOver(Turn turn, long now) {
        return !turn.ours() && now - turn.since() > (turn.receiving() == null ? idleNanos : bodyNanos);
    }

    private static void end(HttpConnection connection, @Nullable RoutingContext receiving) {
        if (receiving == null || receiving.response().headWritten()) {
            connection.close().otherwiseEmpty();
        } else {
            receiving.response().putHeader("Connection", "close");
            receiving.fail(408);
        }
    }
}
