package dev.vertxoutbox.launcher;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** How many messages are in the queues that this process uses. For use on one event loop. */
final class QueueDepths {

    private final Vertx vertx;
    private final @Nullable SqsAsyncClient sqs;
    private final Map<String, String> topicByUrl = new TreeMap<>();
    private final Map<String, DeadLetterQueue> deadLetters = new HashMap<>();

    QueueDepths(Vertx vertx, @Nullable SqsAsyncClient sqs, Settings settings) {
        this.vertx = vertx;
        this.sqs = sqs;
        if (settings.relay() != null) {
            settings.relay().routes().forEach((topic, url) -> topicByUrl.put(url, topic));
        }
        if (settings.flight() != null) {
            topicByUrl.put(settings.flight().paymentQueueUrl(), "payment");
        }
        if (settings.payment() != null) {
            topicByUrl.put(settings.payment().flightQueueUrl(), "flight");
        }
    }

    /** Each queue, or why it cannot be told. Never fails. */
    Future<JsonArray> look() {
        SqsAsyncClient client = sqs;
        if (client == null) {
            return Future.succeededFuture(new JsonArray());
        }
        List<Future<JsonObject>> asked = topicByUrl.entrySet().stream()
                .map(queue -> look(client, queue.getKey(), queue.getValue()))
                .toList();
        return Future.all(asked)
                .map(answered ->
                        new JsonArray(asked.stream().map(Future::result).toList()));
    }

    private Future<JsonObject> look(SqsAsyncClient client, String url, String topic) {
        return deadLetters(client, url)
                .compose(letters -> letters.call(client.getQueueAttributes(request -> request.queueUrl(url)
                                .attributeNames(
                                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE)))
                        .map(answer -> answer.attributes())
                        .compose(depth -> letters.depth()
                                .map(dead -> new JsonObject()
                                        .put(
                                                "waiting",
                                                number(depth, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                                        .put(
                                                "inFlight",
                                                number(
                                                        depth,
                                                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                                        .put("deadLetters", dead))))
                .otherwise(failure -> new JsonObject().put("unavailable", reason(failure)))
                .map(depths -> new JsonObject()
                        .put("name", DeadLetterQueue.name(url))
                        .put("topic", topic)
                        .mergeIn(depths));
    }

    private Future<DeadLetterQueue> deadLetters(SqsAsyncClient client, String url) {
        DeadLetterQueue known = deadLetters.get(url);
        return known != null
                ? Future.succeededFuture(known)
                : DeadLetterQueue.of(vertx, client, url).onSuccess(found -> deadLetters.put(url, found));
    }

    private static int number(Map<QueueAttributeName, String> attributes, QueueAttributeName name) {
        return Integer.parseInt(attributes.getOrDefault(name, "0"));
    }

    private static String reason(Throwable failure) {
        String detail = Problem.of(failure).detail();
        return detail == null ? "SQS refuses to tell; see the log of this process" : detail;
    }
}
