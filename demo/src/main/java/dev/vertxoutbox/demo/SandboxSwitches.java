package dev.vertxoutbox.demo;

import dev.vertxoutbox.sandbox.Sandbox;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;

/**
 * Switches on the management port that make the sandbox fail: {@code POST /sandbox/queue/down}, {@code /sandbox/queue/up}
 * and {@code /sandbox/backends/kill}; {@code GET /sandbox} tells the state.
 */
final class SandboxSwitches {

    private final Sandbox sandbox;
    private volatile boolean queueUp = true;

    SandboxSwitches(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    void mount(Router router) {
        router.get("/sandbox").handler(ctx -> answer(ctx, this::state));
        router.post("/sandbox/queue/down").handler(ctx -> answer(ctx, this::queueDown));
        router.post("/sandbox/queue/up").handler(ctx -> answer(ctx, this::queueUp));
        router.post("/sandbox/backends/kill").handler(ctx -> answer(ctx, this::killBackends));
    }

    private JsonObject state() {
        return new JsonObject().put("queue", queueUp ? "up" : "down");
    }

    /** The queues refuse connections; their messages stay. */
    private JsonObject queueDown() {
        sandbox.queues().queueDown();
        queueUp = false;
        return state();
    }

    private JsonObject queueUp() {
        sandbox.queues().queueUp();
        queueUp = true;
        return state();
    }

    private JsonObject killBackends() {
        return state().put("killed", sandbox.postgres().killBackends());
    }

    private static void answer(RoutingContext ctx, Callable<JsonObject> action) {
        // The sandbox blocks.
        ctx.vertx()
                .executeBlocking(action)
                .onSuccess(state -> ctx.json(state)
                        .onFailure(gone -> ctx.request().connection().close()))
                .onFailure(ctx::fail);
    }
}
