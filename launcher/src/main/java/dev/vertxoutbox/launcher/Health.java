package dev.vertxoutbox.launcher;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Whether this process lives: its event loops turn. And whether it can serve: all its roles have started, it is not
 * draining and no check is down.
 */
final class Health {
    static final long CHECK_SECONDS = 2;

    private final EventLoops loops;
    private final Map<String, Supplier<Future<Condition>>> checks = new LinkedHashMap<>();
    private volatile String phase = "starting";

    Health(EventLoops loops) {
        this.loops = loops;
        addCheck("phase", () -> Future.succeededFuture(phase()));
    }

    void running() {
        phase = "running";
    }

    void draining() {
        phase = "draining";
    }

    /** Adds a check; one that fails, or does not answer within two seconds, is down. */
    void addCheck(String id, Supplier<Future<Condition>> check) {
        checks.put(id, check);
    }

    Map<String, Operation> operations() {
        return Map.of("live", this::live, "ready", this::ready);
    }

    private Condition phase() {
        JsonObject data = new JsonObject().put("phase", phase);
        return (phase.equals("running") ? Condition.up() : Condition.down("the process is " + phase)).withData(data);
    }

    private Future<Void> live(RoutingContext ctx) {
        return loops.silent(ctx.vertx().getOrCreateContext()).compose(silent -> {
            JsonObject data = new JsonObject().put("eventLoops", loops.size()).put("silent", silent);
            Condition turning = silent == 0
                    ? Condition.up()
                    : Condition.down("%d of %d event loops did not turn for %d s: see the log for what blocks them"
                            .formatted(silent, loops.size(), EventLoops.PATIENCE_SECONDS));
            return answer(ctx, Map.of("eventLoops", turning.withData(data)));
        });
    }

    private Future<Void> ready(RoutingContext ctx) {
        List<String> ids = List.copyOf(checks.keySet());
        List<Future<Condition>> asked = new ArrayList<>();
        checks.values().forEach(check -> asked.add(ask(check, ctx.vertx().getOrCreateContext())));
        return Future.all(asked).compose(all -> {
            Map<String, Condition> found = new LinkedHashMap<>();
            for (int i = 0; i < ids.size(); i++) {
                found.put(ids.get(i), all.resultAt(i));
            }
            return answer(ctx, found);
        });
    }

    private static Future<Condition> ask(Supplier<Future<Condition>> check, Context context) {
        // Composed so that what a check throws is its failure; on the context, as a time limit elsewhere
        // would leave it.
        Future<Condition> asked = Future.succeededFuture().compose(go -> check.get());
        return Future.fromCompletionStage(asked.toCompletionStage(), context)
                .timeout(CHECK_SECONDS, TimeUnit.SECONDS)
                .otherwise(Health::reason);
    }

    private static Condition reason(Throwable failure) {
        return Condition.down(
                failure instanceof TimeoutException
                        ? "no answer within " + CHECK_SECONDS + " s"
                        : String.valueOf(failure.getMessage()));
    }

    private static Future<Void> answer(RoutingContext ctx, Map<String, Condition> found) {
        Condition.Level worst = found.values().stream()
                .map(Condition::level)
                .max(Comparator.naturalOrder())
                .orElse(Condition.Level.UP);
        JsonArray list = new JsonArray();
        found.forEach((id, condition) -> list.add(condition.toJson(id)));
        JsonObject body = new JsonObject().put("status", worst.name()).put("checks", list);
        return Operation.json(ctx, worst == Condition.Level.DOWN ? 503 : 200, body);
    }
}
