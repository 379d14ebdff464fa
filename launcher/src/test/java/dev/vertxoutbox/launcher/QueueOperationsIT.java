package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class QueueOperationsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestQueues queues;
    private final String queueUrl;
    private final String deadLetterUrl;
    private final WebClient client;
    private final Contract contract;
    private final Map<String, Operation> operations = new HashMap<>();
    private final Vertx vertx;

    QueueOperationsIT(Vertx vertx, TestQueues queues) throws TimeoutException {
        this.vertx = vertx;
        this.queues = queues;
        this.queueUrl = queues.flightUrl();
        this.deadLetterUrl = queues.deadLetterUrl(queueUrl);
        this.client = WebClient.create(vertx);
        this.contract = new Contract(vertx);
    }

    @BeforeEach
    void empty() {
        queues.purge();
    }

    @Test
    void deadLettersAreShownWithTheirReasonButNotTheirPayloadAndStay() throws TimeoutException {
        String event = UUID.randomUUID().toString();
        JsonObject envelope = new JsonObject()
                .put("id", event)
                .put("type", "flight.booked")
                .put("subject", "b1")
                .put("sequence", 2)
                .put("data", new JsonObject().put("name", "Erika"));
        send(deadLetterUrl, "b1", envelope.encode(), "data.fare is missing");
        send(deadLetterUrl, "b2", "not JSON", null);
        int port = serve();

        HttpResponse<Buffer> answer = call(port, HttpMethod.GET, "/dead-letters");
        HttpResponse<Buffer> again = call(port, HttpMethod.GET, "/dead-letters");

        contract.check("listDeadLetters", answer);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.bodyAsString()).doesNotContain("Erika", "not JSON");
        List<JsonObject> messages = messages(answer);
        assertThat(messages).hasSize(2);
        JsonObject first = byGroup(messages, "b1");
        assertThat(first.getString("reason")).isEqualTo("data.fare is missing");
        assertThat(first.getInteger("receives")).isEqualTo(1);
        assertThat(first.getJsonObject("event"))
                .isEqualTo(new JsonObject()
                        .put("id", event)
                        .put("type", "flight.booked")
                        .put("subject", "b1")
                        .put("sequence", "2"));
        assertThat(byGroup(messages, "b2").containsKey("event")).isFalse();
        assertThat(messages(again)).hasSize(2);
        assertThat(queues.depth(deadLetterUrl)).isEqualTo(2);
    }

    @Test
    void noMoreDeadLettersAreShownThanAskedFor() throws TimeoutException {
        for (int n = 0; n < 15; n++) {
            send(deadLetterUrl, "g" + n, "{}", null);
        }
        int port = serve();

        HttpResponse<Buffer> some = call(port, HttpMethod.GET, "/dead-letters?limit=12");
        HttpResponse<Buffer> tooMany = call(port, HttpMethod.GET, "/dead-letters?limit=101");

        assertThat(messages(some)).hasSize(12);
        assertThat(some.bodyAsJsonObject().getInteger("deadLetters")).isEqualTo(15);
        contract.check("listDeadLetters", tooMany);
        assertThat(tooMany.statusCode()).isEqualTo(400);
        // All are free again for others, at once.
        assertThat(messages(call(port, HttpMethod.GET, "/dead-letters"))).hasSize(15);
    }

    /** The sandbox's server accepts a move task for a FIFO queue and moves nothing. */
    @Test
    void deadLettersGoBackToTheirQueueAsTheyWereEvenWhereSqsMovesNothing() throws TimeoutException {
        for (int n = 0; n < 12; n++) {
            send(deadLetterUrl, "g" + n % 3, "{\"n\": " + n + "}", "refused");
        }
        int port = serve();

        HttpResponse<Buffer> begun = call(port, HttpMethod.POST, "/redrive");
        HttpResponse<Buffer> second = call(port, HttpMethod.POST, "/redrive");

        contract.check("redriveDeadLetters", begun);
        assertThat(begun.statusCode()).isEqualTo(202);
        assertThat(begun.bodyAsJsonObject().getInteger("deadLetters")).isEqualTo(12);
        contract.check("redriveDeadLetters", second);
        assertThat(second.statusCode()).isEqualTo(409);
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(queues.depth(deadLetterUrl)).isZero();
            assertThat(queues.depth(queueUrl)).isEqualTo(12);
        });
        List<Message> moved = queues.client()
                .receiveMessage(request ->
                        request.queueUrl(queueUrl).maxNumberOfMessages(10).messageAttributeNames("All"))
                .join()
                .messages();
        assertThat(moved)
                .isNotEmpty()
                .allSatisfy(message -> assertThat(message.messageAttributes()).isEmpty());
    }

    @Test
    void queueThatTheProcessDoesNotUseIsNotFound() throws TimeoutException {
        int port = serve();

        HttpResponse<Buffer> list = client.get(port, "localhost", "/queues/other.fifo/dead-letters")
                .send()
                .await(5, TimeUnit.SECONDS);
        HttpResponse<Buffer> redrive = client.post(port, "localhost", "/queues/other.fifo/redrive")
                .send()
                .await(5, TimeUnit.SECONDS);

        contract.check("listDeadLetters", list);
        assertThat(list.statusCode()).isEqualTo(404);
        contract.check("redriveDeadLetters", redrive);
        assertThat(redrive.statusCode()).isEqualTo(404);
    }

    private int serve() throws TimeoutException {
        contract.contract()
                .operations()
                .forEach(operation -> operations.put(
                        operation.getOperationId(), ctx -> ctx.response().end()));
        operations.putAll(new QueueOperations(vertx, queues.client(), Set.of(queueUrl)).operations());
        ManagementVerticle management =
                new ManagementVerticle(new ManagementSettings(0, null), operations, router -> {});
        vertx.deployVerticle(management).await(10, TimeUnit.SECONDS);
        return management.actualPort();
    }

    private HttpResponse<Buffer> call(int port, HttpMethod method, String path) throws TimeoutException {
        String uri = "/queues/" + queueUrl.replaceFirst(".*/", "") + path;
        return client.request(method, port, "localhost", uri).send().await(10, TimeUnit.SECONDS);
    }

    private void send(String url, String group, String body, @Nullable String reason) {
        queues.client()
                .sendMessage(request -> {
                    request.queueUrl(url)
                            .messageBody(body)
                            .messageGroupId(group)
                            .messageDeduplicationId(UUID.randomUUID().toString());
                    if (reason != null) {
                        request.messageAttributes(Map.of(
                                "reason",
                                MessageAttributeValue.builder()
                                        .dataType("String")
                                        .stringValue(reason)
                                        .build()));
                    }
                })
                .join();
    }

    private static List<JsonObject> messages(HttpResponse<Buffer> answer) {
        return answer.bodyAsJsonObject().getJsonArray("messages").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static JsonObject byGroup(List<JsonObject> messages, String group) {
        return messages.stream()
                .filter(message -> group.equals(message.getString("group")))
                .findFirst()
                .orElseThrow();
    }
}
