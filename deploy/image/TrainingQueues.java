import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Stands in for SQS while the image is built, so that its AOT cache knows sending and receiving: queues without groups,
 * visibility or duplicates, each message delivered once. Compiled and run there alone; it is no part of the image. Its
 * argument is the port, on loopback.
 */
public final class TrainingQueues {
    private static final long EMPTY_POLL_MILLIS = 200;
    private static final int BATCH = 10;

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Queue<JsonObject>> queues = new HashMap<>();

    public static void main(String[] args) {
        new TrainingQueues().listen(Integer.parseInt(args[0]));
    }

    private void listen(int port) {
        vertx.createHttpServer()
                .requestHandler(request -> request.body()
                        .compose(body -> answer(request.getHeader("X-Amz-Target"), body.toJsonObject()))
                        .onSuccess(answer -> request.response()
                                .putHeader("Content-Type", "application/x-amz-json-1.0")
                                .end(answer.encode()))
                        .onFailure(failure -> request.response().setStatusCode(500).end(failure.toString())))
                .listen(port, "127.0.0.1")
                .await();
    }

    private Future<JsonObject> answer(String target, JsonObject request) {
        Queue<JsonObject> queue = queues.computeIfAbsent(request.getString("QueueUrl"), url -> new ArrayDeque<>());
        return switch (target) {
            case "AmazonSQS.SendMessageBatch" -> Future.succeededFuture(send(queue, request.getJsonArray("Entries")));
            case "AmazonSQS.ReceiveMessage" -> receive(queue);
            case "AmazonSQS.DeleteMessageBatch" -> Future.succeededFuture(done(request.getJsonArray("Entries")));
            case "AmazonSQS.GetQueueAttributes" -> Future.succeededFuture(new JsonObject()
                    .put("Attributes", new JsonObject().put("ApproximateNumberOfMessages", "" + queue.size())));
            default -> Future.failedFuture(target);
        };
    }

    private static JsonObject send(Queue<JsonObject> queue, JsonArray entries) {
        for (Object sent : entries) {
            JsonObject entry = (JsonObject) sent;
            String id = entry.getString("MessageDeduplicationId");
            entry.put("MessageId", id).put("MD5OfMessageBody", md5(entry.getString("MessageBody")));
            queue.add(new JsonObject()
                    .put("MessageId", id)
                    .put("ReceiptHandle", id)
                    .put("Body", entry.getString("MessageBody"))
                    .put("MD5OfBody", entry.getString("MD5OfMessageBody"))
                    .put("Attributes", new JsonObject()
                            .put("ApproximateReceiveCount", "1")
                            .put("MessageGroupId", entry.getString("MessageGroupId"))));
        }
        return done(entries);
    }

    private Future<JsonObject> receive(Queue<JsonObject> queue) {
        JsonArray messages = new JsonArray();
        while (!queue.isEmpty() && messages.size() < BATCH) {
            messages.add(queue.remove());
        }
        JsonObject answer = new JsonObject().put("Messages", messages);
        return messages.isEmpty()
                ? vertx.timer(EMPTY_POLL_MILLIS, TimeUnit.MILLISECONDS).map(answer)
                : Future.succeededFuture(answer);
    }

    private static JsonObject done(JsonArray entries) {
        return new JsonObject().put("Successful", entries).put("Failed", new JsonArray());
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
