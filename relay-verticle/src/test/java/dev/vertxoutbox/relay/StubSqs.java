package dev.vertxoutbox.relay;

import dev.vertxoutbox.sandbox.Queues;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** An SQS endpoint that answers {@code SendMessageBatch} as it is told to, and remembers what it acknowledged. */
final class StubSqs {

    /** What to answer for one entry. */
    enum Answer {
        ACCEPT,
        FAIL,
        SENDER_FAULT,
        SILENCE
    }

    /** An acknowledged entry. */
    record Message(String group, String deduplicationId, JsonObject body) {}

    /** One for all tests: a client that owns its event loops takes two seconds to close. */
    private static final SdkEventLoopGroup EVENT_LOOPS =
            SdkEventLoopGroup.builder().numberOfThreads(1).build();

    private static final AtomicBoolean WARM = new AtomicBoolean();

    private final HttpServer server;
    private final SqsAsyncClient client;
    final List<Message> accepted = new Journal<>();
    final List<Integer> requestSizes = new Journal<>();
    volatile Function<Message, Answer> script = message -> Answer.ACCEPT;
    /** Whether requests to the queue of this URL fail as a whole. */
    volatile Predicate<String> isDown = queueUrl -> false;
    /** Groups of which an entry makes SQS refuse the whole request, with this error code. */
    final Map<String, String> refused = new ConcurrentHashMap<>();

    final AtomicInteger requests = new AtomicInteger();
    /** Of a request's groups. Its entries are accepted by then; the answer waits, and if this fails there is none. */
    volatile Function<List<String>, Future<?>> beforeAnswer = groups -> Future.succeededFuture();

    StubSqs(Vertx vertx) throws Exception {
        server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await(5, TimeUnit.SECONDS);
        client = SqsAsyncClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + server.actualPort()))
                .region(Region.of(Queues.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("x", "x")))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().eventLoopGroup(EVENT_LOOPS))
                .overrideConfiguration(override -> override.retryStrategy(retry -> retry.maxAttempts(1)))
                .build();
        if (WARM.compareAndSet(false, true)) {
            warmUp();
        }
    }

    /** A first request loads classes for longer than a relay's event loop may be blocked. */
    private void warmUp() throws Exception {
        SendMessageBatchRequestEntry entry = SendMessageBatchRequestEntry.builder()
                .id("0")
                .messageBody("{}")
                .messageGroupId("g")
                .messageDeduplicationId("d")
                .build();
        client.sendMessageBatch(batch -> batch.queueUrl(url("warm-up.fifo")).entries(entry))
                .get(30, TimeUnit.SECONDS);
        accepted.clear();
        requestSizes.clear();
        requests.set(0);
    }

    SqsAsyncClient client() {
        return client;
    }

    String url(String queue) {
        return "http://127.0.0.1:" + server.actualPort() + "/" + queue;
    }

    List<String> groups() {
        return accepted.stream().map(Message::group).toList();
    }

    List<Integer> numbersOf(String group) {
        return accepted.stream()
                .filter(message -> message.group().equals(group))
                .map(message -> message.body().getJsonObject("data").getInteger("n"))
                .toList();
    }

    private void answer(HttpServerRequest request) {
        request.body()
                .compose(body -> {
                    JsonObject batch = body.toJsonObject();
                    requests.incrementAndGet();
                    String code = refusal(batch);
                    if (code != null) {
                        return request.response()
                                .setStatusCode(400)
                                .end("{\"__type\":\"com.amazonaws.sqs#" + code + "\"}");
                    }
                    return isDown.test(batch.getString("QueueUrl"))
                            ? request.response()
                                    .setStatusCode(503)
                                    .putHeader("x-amzn-query-error", "ServiceUnavailable;Receiver")
                                    .end("{\"__type\":\"com.amazonaws.sqs#ServiceUnavailable\"}")
                            : accept(request, batch);
                })
                .recover(failure -> Future.succeededFuture());
    }

    private Future<Void> accept(HttpServerRequest request, JsonObject batch) {
        JsonObject answer = entries(batch);
        List<String> groups = batch.getJsonArray("Entries").stream()
                .map(entry -> ((JsonObject) entry).getString("MessageGroupId"))
                .toList();
        return beforeAnswer
                .apply(groups)
                .compose(released -> request.response()
                        .putHeader("Content-Type", "application/x-amz-json-1.0")
                        .end(answer.toBuffer()))
                .onFailure(lost -> request.connection().close());
    }

    private @Nullable String refusal(JsonObject batch) {
        return batch.getJsonArray("Entries").stream()
                .map(entry -> refused.get(((JsonObject) entry).getString("MessageGroupId")))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private synchronized JsonObject entries(JsonObject request) {
        JsonArray successful = new JsonArray();
        JsonArray failed = new JsonArray();
        JsonArray entries = request.getJsonArray("Entries");
        requestSizes.add(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            JsonObject entry = entries.getJsonObject(i);
            String body = entry.getString("MessageBody");
            Message message = new Message(
                    entry.getString("MessageGroupId"), entry.getString("MessageDeduplicationId"), new JsonObject(body));
            String id = entry.getString("Id");
            switch (script.apply(message)) {
                case ACCEPT -> {
                    accepted.add(message);
                    successful.add(new JsonObject(
                            Map.of("Id", id, "MessageId", id, "MD5OfMessageBody", md5(body), "SequenceNumber", "1")));
                }
                case FAIL ->
                    failed.add(new JsonObject(Map.of("Id", id, "SenderFault", false, "Code", "InternalError")));
                case SENDER_FAULT ->
                    failed.add(new JsonObject(Map.of("Id", id, "SenderFault", true, "Code", "InvalidMessageContents")));
                case SILENCE -> {}
            }
        }
        return new JsonObject().put("Successful", successful).put("Failed", failed);
    }

    private static String md5(String body) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(body.getBytes(StandardCharsets.UTF_8));
            return String.format("%032x", new BigInteger(1, digest));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    void close() throws Exception {
        client.close();
        server.close().await(5, TimeUnit.SECONDS);
    }
}
