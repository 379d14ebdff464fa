package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.model.Message;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class ReplayIT {
    private static final String INSERT =
            "INSERT INTO outbox.event (topic, subject, type, data) VALUES ('flight', 's', 'hello.world', '[1]')";

    private final TestDatabase database;
    private final TestQueues queues;
    private final Pool pool;
    private final WebClient client;
    private final Contract contract;
    private final List<Application> running = new ArrayList<>();

    ReplayIT(Vertx vertx, TestDatabase database, TestQueues queues) throws TimeoutException {
        this.database = database;
        this.queues = queues;
        this.pool = database.pool(vertx);
        this.client = WebClient.create(vertx);
        this.contract = new Contract(vertx);
        System.setProperty("aws.accessKeyId", "x");
        System.setProperty("aws.secretAccessKey", "x");
    }

    @BeforeEach
    void clear() throws TimeoutException {
        await(pool.query("TRUNCATE outbox.event, outbox.archive").execute());
    }

    @AfterEach
    void stopAll() throws TimeoutException {
        for (Application application : running) {
            application.stop().await(30, TimeUnit.SECONDS);
        }
        running.clear();
    }

    @Test
    void archivedEventIsDeliveredAgainUnderItsIdOrANewOne() throws TimeoutException {
        start(Map.of());
        await(pool.query(INSERT).execute());
        JsonObject sent = receive(queues.flightUrl());
        awaitArchived();
        stopAll();
        // A queue that has not seen the id: the first would drop it for five minutes.
        Application application = start(Map.of("RELAY_ROUTES", "flight=" + queues.paymentUrl()));

        HttpResponse<Buffer> same = replay(application, "topic=flight&subject=s&from=2020-01-01T00:00:00Z");
        JsonObject again = receive(queues.paymentUrl());
        awaitArchived();
        HttpResponse<Buffer> asNew = replay(application, "topic=flight&as=new");
        JsonObject copy = receive(queues.paymentUrl());

        contract.check("replayArchivedEvents", same);
        assertThat(same.bodyAsJsonObject()).isEqualTo(new JsonObject().put("replayed", 1));
        assertThat(again).isEqualTo(sent);
        contract.check("replayArchivedEvents", asNew);
        assertThat(copy.getString("id")).isNotEqualTo(sent.getString("id"));
        assertThat(copy.put("id", sent.getString("id"))).isEqualTo(sent);
    }

    @Test
    void replayIsContinuedWithItsCursor() throws TimeoutException {
        Application application = start(Map.of());
        archive(3);

        HttpResponse<Buffer> first = replay(application, "topic=elsewhere&limit=2");
        String next = first.bodyAsJsonObject().getString("next");
        HttpResponse<Buffer> second = replay(application, "topic=elsewhere&limit=2&cursor=" + next);
        HttpResponse<Buffer> third = replay(application, "topic=elsewhere&limit=2&cursor=" + next);

        contract.check("replayArchivedEvents", first);
        contract.check("replayArchivedEvents", second);
        assertThat(first.bodyAsJsonObject().getInteger("replayed")).isEqualTo(2);
        assertThat(second.bodyAsJsonObject()).isEqualTo(new JsonObject().put("replayed", 1));
        assertThat(third.bodyAsJsonObject())
                .as("an empty archive is no error for a replay that emptied it")
                .isEqualTo(new JsonObject().put("replayed", 0));
    }

    @Test
    void replayOfNothingIsNoErrorUnlessNothingIsArchivedAtAll() throws TimeoutException {
        Application application = start(Map.of());

        HttpResponse<Buffer> empty = replay(application, "topic=elsewhere");
        archive(1);
        HttpResponse<Buffer> none = replay(application, "topic=others");

        contract.check("replayArchivedEvents", empty);
        assertThat(empty.statusCode()).isEqualTo(409);
        assertThat(empty.bodyAsJsonObject().getString("detail")).contains("OUTBOX_ARCHIVE_DAYS");
        assertThat(none.bodyAsJsonObject()).isEqualTo(new JsonObject().put("replayed", 0));
    }

    @Test
    void wrongParameterIsRefusedAndNamed() throws TimeoutException {
        Application application = start(Map.of());
        Map<String, String> named = Map.of(
                "", "topic",
                "topic=a&from=yesterday", "from",
                "topic=a&to=2026-13-01T00:00:00Z", "to",
                "topic=a&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "swap from and to",
                "topic=a&as=other", "as",
                "topic=a&limit=10001", "limit",
                "topic=a&limit=0", "limit",
                "topic=a&cursor=eHg", "cursor");
        for (Map.Entry<String, String> wrong : named.entrySet()) {
            HttpResponse<Buffer> answer = replay(application, wrong.getKey());

            contract.check("replayArchivedEvents", answer);
            assertThat(answer.statusCode()).as(wrong.getKey()).isEqualTo(400);
            assertThat(answer.bodyAsJsonObject().getString("detail"))
                    .as(wrong.getKey())
                    .contains(wrong.getValue());
        }
    }

    @Test
    void replayNeedsTheToken() throws TimeoutException {
        Application application = start(Map.of("MANAGEMENT_TOKEN", "let-me-in"));

        HttpResponse<Buffer> answer = replay(application, "topic=flight");

        contract.check("replayArchivedEvents", answer);
        assertThat(answer.statusCode()).isEqualTo(401);
    }

    private Application start(Map<String, String> more) throws TimeoutException {
        Map<String, String> environment = new HashMap<>(database.environment());
        environment.putAll(queues.environment());
        environment.putAll(Map.of("HTTP_PORT", "0", "MANAGEMENT_PORT", "0", "OUTBOX_ARCHIVE_DAYS", "1"));
        environment.putAll(more);
        Application application = Application.of(environment, Set.of(Role.RELAY), router -> {});
        running.add(application);
        application.start().await(30, TimeUnit.SECONDS);
        return application;
    }

    private HttpResponse<Buffer> replay(Application application, String query) throws TimeoutException {
        return await(client.post(application.managementPort(), "localhost", "/outbox/replay?" + query)
                .send());
    }

    private void archive(int events) throws TimeoutException {
        await(pool.query("INSERT INTO outbox.archive (seq, id, topic, subject, type, data, time)"
                        + " SELECT n, gen_random_uuid(), 'elsewhere', 's', 'a.b', '[1]', now()"
                        + " FROM generate_series(1, " + events + ") n")
                .execute());
    }

    private void awaitArchived() {
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> await(pool.query("SELECT count(*) FROM outbox.archive")
                                .execute())
                        .iterator()
                        .next()
                        .getLong(0)
                        .equals(1L));
    }

    /** The next message of a queue; it is deleted, so that its group goes on. */
    private JsonObject receive(String queueUrl) {
        Message message = Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(
                        () -> queues.client()
                                .receiveMessage(request -> request.queueUrl(queueUrl)
                                        .maxNumberOfMessages(1)
                                        .waitTimeSeconds(5))
                                .join()
                                .messages(),
                        messages -> !messages.isEmpty())
                .get(0);
        queues.client()
                .deleteMessage(request -> request.queueUrl(queueUrl).receiptHandle(message.receiptHandle()))
                .join();
        return new JsonObject(message.body());
    }

    private static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(10, TimeUnit.SECONDS);
    }
}
