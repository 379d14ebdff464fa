package dev.vertxoutbox.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands between a process and SQS: passes each request on, and decides what becomes of the answer. */
final class SqsProxy implements AutoCloseable {
    private static final String TARGET = "X-Amz-Target";
    private static final String PREFIX = "AmazonSQS.";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    static {
        // Or answers of more than one packet wait for the acknowledgement of the first.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final String name;
    private final URI sqs;
    private final SqsJournal journal;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Asked at each request. */
    volatile SqsFault fault = SqsFault.NONE;

    /**
     * @param name of the process, for the journal
     * @param journal told of what SQS has acknowledged
     */
    SqsProxy(String name, URI sqs, SqsJournal journal) {
        this.name = name;
        this.sqs = sqs;
        this.journal = journal;
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

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void pass(HttpExchange exchange) throws IOException {
        JsonObject body = new JsonObject(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        String action = exchange.getRequestHeaders().getFirst(TARGET).replace(PREFIX, "");
        SqsCall call = new SqsCall(action, body, this::ask);
        SqsReply reply;
        try {
            reply = fault.reply(call);
        } catch (IOException unreachable) {
            reply = null;
        }
        journal.answered(name, call, reply);
        if (reply == null) {
            exchange.close();
            return;
        }
        exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
        exchange.sendResponseHeaders(reply.status(), reply.bytes().length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(reply.bytes());
        }
    }

    private SqsReply ask(String action, JsonObject body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(sqs)
                .timeout(TIMEOUT)
                .header(TARGET, PREFIX + action)
                .header("Content-Type", "application/x-amz-json-1.0")
                .POST(BodyPublishers.ofString(body.encode()))
                .build();
        try {
            HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
            String text = response.body();
            SqsReply reply =
                    new SqsReply(response.statusCode(), text.isBlank() ? new JsonObject() : new JsonObject(text));
            journal.accepted(name, new SqsCall(action, body, this::ask), reply);
            return reply;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while SQS was asked", e);
        }
    }
}
