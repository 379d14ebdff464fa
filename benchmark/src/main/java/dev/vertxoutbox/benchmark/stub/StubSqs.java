package dev.vertxoutbox.benchmark.stub;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * The stub as a program. It prints {@code stub ready http://127.0.0.1:<port>} and serves until it is killed.
 *
 * <p>{@code POST /control/reset?delayMillis=<n>&byId=<boolean>} forgets what was acknowledged and sets the delay of each
 * answer; {@code GET /control/report}, {@code /control/times?step=<n>} and {@code /control/times-by-id} tell what was.
 * {@code POST /control/fill?events=<n>&subjects=<n>&copies=<n>&visibilityMillis=<n>&delayMillis=<n>} gives it messages to
 * deal, {@code POST /control/pass-on} has it deal what is sent to it, and {@code GET /control/queue} tells what became of
 * them. Everything else is taken for SQS. One event loop does all of it, so nothing is locked.
 */
public final class StubSqs {
    /** Groups with such a name are refused: as the sender's fault, or to be sent again. */
    private static final String POISON = "poison-";

    private static final String SENDER_FAULT = "poison-fault-";

    private static final CharSequence MEDIA_TYPE = HttpHeaders.createOptimized("application/x-amz-json-1.0");

    private final Vertx vertx;
    private final MessageDigest md5;
    private final StubQueue queue;
    private Acknowledgements acknowledgements = new Acknowledgements(false);
    private long delayMillis;

    private StubSqs(Vertx vertx) throws NoSuchAlgorithmException {
        this.vertx = vertx;
        this.md5 = MessageDigest.getInstance("MD5");
        this.queue = new StubQueue(vertx);
    }

    /** Starts it on a free port of the loopback address. */
    public static void main(String[] args) throws NoSuchAlgorithmException {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
        StubSqs stub = new StubSqs(vertx);
        // As little as possible is done for each request: the stub shares the cores with what is measured.
        HttpServerOptions options = new HttpServerOptions()
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        int port = vertx.createHttpServer(options)
                .requestHandler(stub::handle)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
        System.out.println("stub ready http://127.0.0.1:" + port);
    }

    private void handle(HttpServerRequest request) {
        if (request.path().startsWith("/control/")) {
            request.response().end(control(request));
            return;
        }
        String target = request.getHeader("X-Amz-Target");
        request.body()
                .compose(body -> serve(request, target == null ? "" : target, body))
                .onFailure(failure -> System.err.println("Not answered: " + failure));
    }

    private Future<Void> serve(HttpServerRequest request, String target, Buffer body) {
        try {
            return switch (target) {
                case "AmazonSQS.SendMessageBatch" ->
                    acknowledge(request, BatchEntry.parse(body.getBytes()), this::answer);
                case "AmazonSQS.SendMessage" ->
                    acknowledge(
                            request,
                            List.of(BatchEntry.parseSingle(body.getBytes())),
                            entries -> successful(entries.get(0)));
                case "AmazonSQS.ReceiveMessage" -> {
                    Promise<Buffer> messages = Promise.promise();
                    queue.receive(body.getBytes(), request.response()::closed, messages::complete);
                    yield messages.future().compose(found -> answerLater(request, () -> found));
                }
                case "AmazonSQS.DeleteMessageBatch" -> answerLater(request, () -> queue.delete(body.getBytes()));
                case "AmazonSQS.ChangeMessageVisibilityBatch" ->
                    answerLater(request, () -> queue.changeVisibility(body.getBytes()));
                default -> {
                    queue.countOther();
                    yield answer(request, Buffer.buffer("{}"));
                }
            };
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<Void> answerLater(HttpServerRequest request, Callable<Buffer> answer) {
        Future<?> due = delayMillis == 0 ? Future.succeededFuture() : vertx.timer(delayMillis);
        return due.compose(now -> {
            try {
                return answer(request, answer.call());
            } catch (Exception e) {
                return Future.failedFuture(e);
            }
        });
    }

    private Buffer control(HttpServerRequest request) {
        return switch (request.path()) {
            case "/control/reset" -> {
                delayMillis = Long.parseLong(request.getParam("delayMillis"));
                acknowledgements = new Acknowledgements(Boolean.parseBoolean(request.getParam("byId")));
                yield new JsonObject().toBuffer();
            }
            case "/control/fill" -> {
                delayMillis = Long.parseLong(request.getParam("delayMillis"));
                Deck deck = Deck.of(
                        number(request, "events"), number(request, "copies"), number(request, "visibilityMillis"));
                queue.fill(deck, number(request, "subjects"));
                yield new JsonObject().toBuffer();
            }
            case "/control/pass-on" -> {
                queue.passOn();
                yield new JsonObject().toBuffer();
            }
            case "/control/queue" -> queue.toJson().toBuffer();
            case "/control/report" -> acknowledgements.toJson().toBuffer();
            case "/control/times" ->
                acknowledgements
                        .times(Integer.parseInt(request.getParam("step")))
                        .toBuffer();
            case "/control/times-by-id" -> acknowledgements.timesById().toBuffer();
            default -> throw new IllegalArgumentException(request.path());
        };
    }

    private static int number(HttpServerRequest request, String parameter) {
        return Integer.parseInt(request.getParam(parameter));
    }

    private Future<Void> acknowledge(
            HttpServerRequest request, List<BatchEntry> entries, Function<List<BatchEntry>, String> answers) {
        List<BatchEntry> accepted =
                entries.stream().filter(entry -> !isPoison(entry)).toList();
        Buffer answer = Buffer.buffer(answers.apply(entries));
        Future<?> due = delayMillis == 0 ? Future.succeededFuture() : vertx.timer(delayMillis);
        return due.compose(now -> {
            acknowledgements.add(accepted);
            queue.send(accepted);
            return answer(request, answer);
        });
    }

    private static Future<Void> answer(HttpServerRequest request, Buffer body) {
        return request.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .end(body);
    }

    private String answer(List<BatchEntry> entries) {
        StringJoiner successful = new StringJoiner(",", "{\"Successful\":[", "]");
        StringJoiner failed = new StringJoiner(",", ",\"Failed\":[", "]}");
        entries.forEach(entry -> {
            if (isPoison(entry)) {
                failed.add(failed(entry));
            } else {
                successful.add(successful(entry));
            }
        });
        return successful.toString() + failed;
    }

    private static boolean isPoison(BatchEntry entry) {
        return entry.group().startsWith(POISON);
    }

    private static String failed(BatchEntry entry) {
        return entry.group().startsWith(SENDER_FAULT)
                ? "{\"Id\":\"" + entry.id() + "\",\"SenderFault\":true,\"Code\":\"InvalidMessageContents\"}"
                : "{\"Id\":\"" + entry.id() + "\",\"SenderFault\":false,\"Code\":\"InternalError\"}";
    }

    private String successful(BatchEntry entry) {
        byte[] hash = md5.digest(entry.body().getBytes(StandardCharsets.UTF_8));
        return "{\"Id\":\"" + entry.id() + "\",\"MessageId\":\"" + entry.deduplicationId()
                + "\",\"SequenceNumber\":\"18849496460467696128\",\"MD5OfMessageBody\":\""
                + HexFormat.of().formatHex(hash) + "\"}";
    }
}
