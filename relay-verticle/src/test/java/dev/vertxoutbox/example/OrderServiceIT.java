package dev.vertxoutbox.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.model.Message;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class OrderServiceIT {

    /** The page's, beside the example. */
    static final String TABLE =
            "CREATE TABLE orders (id uuid PRIMARY KEY, content jsonb NOT NULL, open boolean NOT NULL DEFAULT true)";

    private static final Pattern READY = Pattern.compile("ready on port (\\d+)");

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void ordersOfTheExampleServiceReachTheQueueInOrder(
            Vertx vertx, TestDatabase database, TestQueues queues, @TempDir Path directory) throws Exception {
        database.pool(vertx).query(TABLE).execute().await(10, TimeUnit.SECONDS);
        Path output = directory.resolve("output");
        Process service = start(database, queues, output);
        try {
            String orders = "http://127.0.0.1:" + port(service, output) + "/orders";
            String id = call(orders, "POST", "{\"item\":\"tea\"}");
            assertThat(call(orders + "/" + id, "DELETE", "")).isEqualTo("cancelled");
            assertThat(call(orders + "/" + id, "DELETE", "")).isEqualTo("no such open order");

            List<JsonObject> events = receive(queues, 2);

            assertThat(events).extracting(event -> event.getString("subject")).containsExactly(id, id);
            assertThat(events)
                    .extracting(event -> event.getString("type"))
                    .containsExactly("order.placed", "order.cancelled");
            assertThat(events.get(0).getJsonObject("data")).isEqualTo(new JsonObject().put("item", "tea"));
        } finally {
            service.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static Process start(TestDatabase database, TestQueues queues, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OrderService.class.getName(),
                "0",
                queues.flightUrl());
        builder.environment().putAll(database.environment());
        builder.environment().putAll(queues.environment());
        return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    }

    private static String port(Process service, Path output) {
        return await().atMost(Duration.ofSeconds(60))
                .failFast("the service has ended: " + output, () -> !service.isAlive())
                .until(() -> READY.matcher(Files.readString(output)), Matcher::find)
                .group(1);
    }

    private String call(String url, String method, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .method(method, BodyPublishers.ofString(body))
                .timeout(Duration.ofSeconds(10))
                .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    /** So many messages of the queue, in their order. */
    private static List<JsonObject> receive(TestQueues queues, int count) {
        List<JsonObject> events = new ArrayList<>();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            for (Message message : queues.client()
                    .receiveMessage(request -> request.queueUrl(queues.flightUrl())
                            .waitTimeSeconds(5)
                            .maxNumberOfMessages(10))
                    .join()
                    .messages()) {
                events.add(new JsonObject(message.body()));
                queues.client()
                        .deleteMessage(
                                request -> request.queueUrl(queues.flightUrl()).receiptHandle(message.receiptHandle()))
                        .join();
            }
            return events.size() >= count;
        });
        return events;
    }
}
