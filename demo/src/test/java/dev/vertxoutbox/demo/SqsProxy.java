package dev.vertxoutbox.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** Stands between a relay and SQS: passes each request on, and decides what becomes of the answer. */
final class SqsProxy implements AutoCloseable {
    private static final String SEND = "AmazonSQS.SendMessageBatch";
    private static final int THREADS = 16;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final URI sqs;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();

    /** Asked when SQS has acknowledged a request to send, with the relay still waiting; false for no answer. */
    volatile BooleanSupplier beforeAnswer = () -> true;

    SqsProxy(URI sqs) {
        this.sqs = sqs;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::pass);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** How many events SQS has acknowledged more than once. */
    long repeated() {
        return acknowledged.values().stream().filter(times -> times > 1).count();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void pass(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String action = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        HttpResponse<byte[]> answer = ask(exchange, body);
        if (SEND.equals(action) && answer.statusCode() == 200) {
            note(new JsonObject(new String(body, UTF_8)).getJsonArray("Entries"));
            if (!beforeAnswer.getAsBoolean()) {
                exchange.close();
                return;
            }
        }
        answer.headers()
                .firstValue("Content-Type")
                .ifPresent(type -> exchange.getResponseHeaders().add("Content-Type", type));
        exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer.body());
        }
    }

    private HttpResponse<byte[]> ask(HttpExchange exchange, byte[] body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(sqs.resolve(exchange.getRequestURI()))
                .timeout(TIMEOUT)
                .POST(BodyPublishers.ofByteArray(body));
        for (String header : new String[] {"X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date"}) {
            String value = exchange.getRequestHeaders().getFirst(header);
            if (value != null) {
                request.header(header, value);
            }
        }
        try {
            return client.send(request.build(), BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while SQS was asked", e);
        }
    }

    private void note(JsonArray entries) {
        for (int i = 0; i < entries.size(); i++) {
            acknowledged.merge(entries.getJsonObject(i).getString("MessageDeduplicationId"), 1, Integer::sum);
        }
    }
}
