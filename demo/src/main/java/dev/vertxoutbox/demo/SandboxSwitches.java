package dev.vertxoutbox.demo;

import dev.vertxoutbox.sandbox.Sandbox;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * Switches on the management port that make the sandbox fail: {@code POST /sandbox/queue/down}, {@code /sandbox/queue/up},
 * {@code /sandbox/backends/kill} for all database sessions, {@code /sandbox/relay/kill} for those of the relay, and
 * {@code /sandbox/gateway/} followed by {@code normal}, {@code decline} or {@code stall}; {@code GET /sandbox} tells the
 * state.
 */
final class SandboxSwitches {

    private final Sandbox sandbox;
    private final SimulatedGatewaySwitch gateway;
    private volatile boolean queueUp = true;

    SandboxSwitches(Sandbox sandbox, SimulatedGatewaySwitch gateway) {
        this.sandbox = sandbox;
        this.gateway = gateway;
    }

    void mount(Router router) {
        router.get("/sandbox").handler(ctx -> answer(ctx, this::state));
        router.post("/sandbox/queue/down").handler(ctx -> answer(ctx, this::queueDown));
        router.post("/sandbox/queue/up").handler(ctx -> answer(ctx, this::queueUp));
        router.post("/sandbox/backends/kill").handler(ctx -> answer(ctx, this::killBackends));
        router.post("/sandbox/relay/kill").handler(ctx -> answer(ctx, this::killRelay));
        for (SimulatedGatewaySwitch.Mode mode : SimulatedGatewaySwitch.Mode.values()) {
            router.post("/sandbox/gateway/" + word(mode)).handler(ctx -> answer(ctx, () -> gateway(mode)));
        }
    }

    private JsonObject state() {
        return new JsonObject().put("queue", queueUp ? "up" : "down").put("gateway", word(gateway.mode()));
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

    private JsonObject killRelay() {
        int drains = sandbox.postgres().killBackendsNamed("outbox-relay");
        return state().put("killed", drains + sandbox.postgres().killBackendsNamed("outbox-relay-listener"));
    }

    private JsonObject gateway(SimulatedGatewaySwitch.Mode mode) {
        gateway.set(mode);
        return state();
    }

    private static String word(SimulatedGatewaySwitch.Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
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
