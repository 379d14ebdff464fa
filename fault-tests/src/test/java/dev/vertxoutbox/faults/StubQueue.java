package dev.vertxoutbox.faults;

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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An SQS endpoint without a limit of its own, where the embedded queue's memory and time grow with what it was sent. It
 * accepts every message, as long as it is up, and remembers what a consumer sees that takes each event once.
 */
final class StubQueue implements AutoCloseable {
    private static final int THREADS = 16;

    /** Of the envelope, which begins with its attributes: a body is not parsed for it. */
    private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":\"(\\d+)\"");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final Set<String> ids = new HashSet<>();
    private final Map<String, List<Integer>> effects = new HashMap<>();
    private final Map<String, Integer> acceptedOf = new HashMap<>();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean down;

    /** Called with the queue's name when a request's entries are accepted, before the answer; false for no answer. */
    volatile Predicate<String> beforeAnswer = queue -> true;

    StubQueue() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Of a queue of that name; all of them are one. */
    String url(String name) {
        return endpoint() + "/000000000000/" + name + ".fifo";
    }

    /** How many different events have come. */
    synchronized int size() {
        return ids.size();
    }

    /** The numbers of each subject's events, in the order in which each came first. */
    synchronized Map<String, List<Integer>> effects() {
        Map<String, List<Integer>> copy = new HashMap<>();
        effects.forEach((subject, numbers) -> copy.put(subject, List.copyOf(numbers)));
        return copy;
    }

    /** The same of one subject. */
    synchronized List<Integer> effects(String subject) {
        return List.copyOf(effects.getOrDefault(subject, List.of()));
    }

    /** How many entries have come to the queue of that name, repeats included. */
    synchronized int acceptedOf(String name) {
        return acceptedOf.getOrDefault(name, 0);
    }

    /** How many requests were refused. */
    int refused() {
        return refused.get();
    }

    /** Refuses every request with 503. */
    void down() {
        down = true;
    }

    void up() {
        down = false;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonObject request = new JsonObject(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        if (down) {
            refused.incrementAndGet();
            send(exchange, 503, new JsonObject().put("__type", "com.amazonaws.sqs#ServiceUnavailable"));
            return;
        }
        String name = request.getString("QueueUrl", "").replaceFirst(".*/", "").replace(".fifo", "");
        JsonObject answer = accept(name, request.getJsonArray("Entries", new JsonArray()));
        if (beforeAnswer.test(name)) {
            send(exchange, 200, answer);
        } else {
            exchange.close();
        }
    }

    private JsonObject accept(String name, JsonArray entries) {
        JsonArray successful = new JsonArray();
        for (int i = 0; i < entries.size(); i++) {
            JsonObject entry = entries.getJsonObject(i);
            String body = entry.getString("MessageBody");
            Matcher sequence = SEQUENCE.matcher(body);
            note(
                    name,
                    entry.getString("MessageGroupId"),
                    entry.getString("MessageDeduplicationId"),
                    sequence.find() ? Integer.parseInt(sequence.group(1)) : 0);
            successful.add(new JsonObject()
                    .put("Id", entry.getString("Id"))
                    .put("MessageId", entry.getString("MessageDeduplicationId"))
                    .put("MD5OfMessageBody", md5(body)));
        }
        return new JsonObject().put("Successful", successful).put("Failed", new JsonArray());
    }

    private synchronized void note(String name, String subject, String id, int number) {
        acceptedOf.merge(name, 1, Integer::sum);
        if (ids.add(id)) {
            effects.computeIfAbsent(subject, first -> new ArrayList<>()).add(number);
        }
    }

    private static void send(HttpExchange exchange, int status, JsonObject answer) throws IOException {
        byte[] body = answer.toBuffer().getBytes();
        exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static String md5(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
