package dev.vertxoutbox.launcher;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.StartMessageMoveTaskRequest;

/** Moves dead letters back to the queues that this process uses. */
final class QueueOperations {
    private final Vertx vertx;
    private final @Nullable SqsAsyncClient sqs;
    private final Map<String, String> urlByName;

    QueueOperations(Vertx vertx, @Nullable SqsAsyncClient sqs, Set<String> queueUrls) {
        this.vertx = vertx;
        this.sqs = sqs;
        this.urlByName = queueUrls.stream().collect(Collectors.toMap(QueueOperations::name, Function.identity()));
    }

    Map<String, Operation> operations() {
        return Map.of("redriveDeadLetters", this::redrive);
    }

    private Future<Void> redrive(RoutingContext ctx) {
        String name = ctx.pathParam("name");
        String url = urlByName.get(name);
        SqsAsyncClient client = sqs;
        if (url == null || client == null) {
            return Future.failedFuture(new ProblemException(
                    404, "This process uses no queue " + name + ", only " + String.join(", ", urlByName.keySet())));
        }
        return call(client.getQueueAttributes(request -> request.queueUrl(url)
                        .attributeNames(QueueAttributeName.QUEUE_ARN, QueueAttributeName.REDRIVE_POLICY)))
                .map(answer -> move(name, answer.attributes()))
                .compose(move -> call(client.startMessageMoveTask(move)))
                .compose(task -> Operation.json(
                        ctx, 202, new JsonObject().put("queue", name).put("taskHandle", task.taskHandle())));
    }

    /** Names the destination: a message that was put into the dead-letter queue by hand has no source to return to. */
    private static StartMessageMoveTaskRequest move(String name, Map<QueueAttributeName, String> attributes) {
        String policy = attributes.get(QueueAttributeName.REDRIVE_POLICY);
        String deadLetterArn = policy == null ? null : new JsonObject(policy).getString("deadLetterTargetArn");
        if (deadLetterArn == null) {
            throw new ProblemException(404, "Queue " + name + " has no dead-letter queue");
        }
        return StartMessageMoveTaskRequest.builder()
                .sourceArn(deadLetterArn)
                .destinationArn(attributes.get(QueueAttributeName.QUEUE_ARN))
                .build();
    }

    private <T> Future<T> call(CompletableFuture<T> call) {
        Context context = vertx.getOrCreateContext();
        return Future.fromCompletionStage(call, context);
    }

    private static String name(String queueUrl) {
        return queueUrl.substring(queueUrl.lastIndexOf('/') + 1);
    }
}
