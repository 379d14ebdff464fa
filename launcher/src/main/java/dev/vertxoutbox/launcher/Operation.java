package dev.vertxoutbox.launcher;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Answers one operation of the management contract. The Future completes when the answer is written, or fails. */
@FunctionalInterface
public interface Operation {
    /** Answers, or fails with what becomes a {@link Problem}. */
    Future<Void> answer(RoutingContext ctx);

    /** Writes a JSON answer. */
    static Future<Void> json(RoutingContext ctx, int status, JsonObject body) {
        return ctx.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body.toBuffer());
    }
}
