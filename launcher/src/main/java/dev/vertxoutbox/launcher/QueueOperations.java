package dev.vertxoutbox.launcher;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** The dead letters of the queues that this process uses. */
final class QueueOperations {
    private static final int DEFAULT_LIMIT = 20;

    private final Vertx vertx;
    private final @Nullable SqsAsyncClient sqs;
    private final @Nullable Redrive redrive;
    private final Map<String, String> urlByName;

    QueueOperations(Vertx vertx, @Nullable SqsAsyncClient sqs, Set<String> queueUrls) {
        this.vertx = vertx;
        this.sqs = sqs;
        this.redrive = sqs == null ? null : new Redrive(vertx, sqs);
        this.urlByName = queueUrls.stream().collect(Collectors.toMap(DeadLetterQueue::name, Function.identity()));
    }

    Map<String, Operation> operations() {
        return Map.of("redriveDeadLetters", this::redrive, "listDeadLetters", this::list);
    }

    private Future<Void> list(RoutingContext ctx) {
        String limitText = ctx.queryParams().get("limit");
        int limit = limitText == null ? DEFAULT_LIMIT : new BigDecimal(limitText).intValueExact();
        return find(ctx)
                .compose(queue -> queue.depth()
                        .compose(depth -> queue.peek(limit)
                                .compose(found -> Operation.json(
                                        ctx,
                                        200,
                                        new JsonObject()
                                                .put("queue", ctx.pathParam("name"))
                                                .put("deadLetters", Math.max(depth, found.size()))
                                                .put(
                                                        "messages",
                                                        new JsonArray(found.stream()
                                                                .map(DeadLetter::toJson)
                                                                .toList()))))));
    }

    private Future<Void> redrive(RoutingContext ctx) {
        Redrive mover = redrive;
        return mover == null
                ? notUsed(ctx)
                : find(ctx).compose(mover::begin).compose(begun -> Operation.json(ctx, 202, json(ctx, begun)));
    }

    private static JsonObject json(RoutingContext ctx, Redrive.Begun begun) {
        JsonObject json = new JsonObject().put("queue", ctx.pathParam("name")).put("deadLetters", begun.deadLetters());
        return begun.taskHandle().isEmpty() ? json : json.put("taskHandle", begun.taskHandle());
    }

    private Future<DeadLetterQueue> find(RoutingContext ctx) {
        String url = urlByName.get(ctx.pathParam("name"));
        SqsAsyncClient client = sqs;
        return url == null || client == null ? notUsed(ctx) : DeadLetterQueue.of(vertx, client, url);
    }

    private <T> Future<T> notUsed(RoutingContext ctx) {
        return Future.failedFuture(new ProblemException(
                404,
                "This process uses no queue " + ctx.pathParam("name") + ", only "
                        + String.join(", ", urlByName.keySet())));
    }
}
