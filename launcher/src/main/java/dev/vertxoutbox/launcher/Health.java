package dev.vertxoutbox.launcher;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether this process lives and whether it can serve: it does when all its roles have started, it is not draining and
 * each check passes.
 */
final class Health {
    private static final long CHECK_MILLIS = 2_000;

    private final HealthChecks live;
    private final HealthChecks serving;
    private volatile String phase = "starting";

    Health(Vertx vertx) {
        live = HealthChecks.create(vertx);
        serving = HealthChecks.create(vertx);
        live.register("process", promise -> promise.complete(Status.OK()));
        addCheck(
                "phase",
                () -> Future.succeededFuture(
                        new Status().setOk(phase.equals("running")).setData(new JsonObject().put("phase", phase))));
    }

    void running() {
        phase = "running";
    }

    void draining() {
        phase = "draining";
    }

    /** Adds a check; one that does not answer within two seconds fails. */
    void addCheck(String id, Supplier<Future<Status>> check) {
        serving.register(id, CHECK_MILLIS, promise -> check.get().onComplete(promise));
    }

    Map<String, Operation> operations() {
        return Map.of("live", ctx -> answer(ctx, live), "ready", ctx -> answer(ctx, serving));
    }

    private static Future<Void> answer(RoutingContext ctx, HealthChecks checks) {
        return checks.checkStatus().compose(result -> {
            boolean up = CheckResult.isUp(result);
            JsonArray list = new JsonArray();
            List<CheckResult> children = result.getChecks();
            for (CheckResult check : children == null ? List.<CheckResult>of() : children) {
                list.add(toJson(check));
            }
            JsonObject body = new JsonObject().put("status", word(up)).put("checks", list);
            return Operation.json(ctx, up ? 200 : 503, body);
        });
    }

    private static JsonObject toJson(CheckResult check) {
        JsonObject json = new JsonObject().put("id", check.getId()).put("status", word(CheckResult.isUp(check)));
        JsonObject data = data(check);
        return data == null ? json : json.put("data", data);
    }

    private static @Nullable JsonObject data(CheckResult check) {
        JsonObject data = check.getStatus() == null ? null : check.getStatus().getData();
        boolean told = data != null && !data.isEmpty();
        if (check.getFailure() != null && !told) {
            return new JsonObject()
                    .put("reason", String.valueOf(check.getFailure().getMessage()));
        }
        return told ? data : null;
    }

    private static String word(boolean up) {
        return up ? "UP" : "DOWN";
    }
}
