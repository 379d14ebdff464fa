package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.vertxoutbox.inbox.InboxConfig;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The service under test, as a member of {@code flight_app} and no more, with a client that holds each answer to the
 * contract.
 */
final class FlightService {
    private static final String LOGIN = "flight_test";

    private final FlightVerticle verticle;
    private final String deploymentId;
    private final Vertx vertx;
    private final WebClient client;
    private final AnswerCheck check;
    private final Pool superuser;
    private final MeterRegistry meters;

    private FlightService(
            Vertx vertx, FlightVerticle verticle, String deploymentId, Pool superuser, MeterRegistry meters)
            throws TimeoutException {
        this.meters = meters;
        this.vertx = vertx;
        this.verticle = verticle;
        this.deploymentId = deploymentId;
        this.superuser = superuser;
        this.client = WebClient.create(
                vertx,
                new WebClientOptions().setDefaultPort(verticle.actualPort()).setFollowRedirects(false),
                new PoolOptions().setHttp1MaxSize(1_200));
        this.check = AnswerCheck.load(vertx);
    }

    static FlightService start(Vertx vertx, TestDatabase db, TestQueues queues) throws TimeoutException {
        return start(vertx, db, queues, UnaryOperator.identity());
    }

    static FlightService start(Vertx vertx, TestDatabase db, TestQueues queues, UnaryOperator<FlightConfig> customize)
            throws TimeoutException {
        return start(vertx, db, queues, customize, OpenTelemetry.noop());
    }

    static FlightService start(
            Vertx vertx,
            TestDatabase db,
            TestQueues queues,
            UnaryOperator<FlightConfig> customize,
            OpenTelemetry openTelemetry)
            throws TimeoutException {
        Pool superuser = db.pool(vertx);
        FlightConfig config = FlightConfig.of(login(superuser, db.connectOptions()), queues.paymentUrl())
                .withHttpPort(0)
                .withPayments(InboxConfig.of(FlightConfig.CONSUMER, queues.paymentUrl())
                        .withLongPoll(Duration.ofSeconds(1)));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        FlightVerticle verticle = new FlightVerticle(customize.apply(config), queues.client(), meters, openTelemetry);
        String id = vertx.deployVerticle(verticle).await(20, SECONDS);
        return new FlightService(vertx, verticle, id, superuser, meters);
    }

    private static PgConnectOptions login(Pool superuser, PgConnectOptions options) throws TimeoutException {
        superuser
                .query("CREATE ROLE " + LOGIN + " LOGIN PASSWORD 'secret' IN ROLE flight_app")
                .execute()
                .mapEmpty()
                .recover(failure -> failure instanceof PgException error
                                && error.getSqlState().equals("42710")
                        ? Future.succeededFuture()
                        : Future.failedFuture(failure))
                .await(10, SECONDS);
        return options.setUser(LOGIN).setPassword("secret");
    }

    void stop() throws TimeoutException {
        beginStop().await(30, SECONDS);
    }

    Future<Void> beginStop() {
        return vertx.undeploy(deploymentId);
    }

    FlightVerticle verticle() {
        return verticle;
    }

    /** Most bookings that have shared a transaction. */
    double largestGroup() {
        return meters.summary("flight.transaction.bookings").max();
    }

    int port() {
        return verticle.actualPort();
    }

    /** A pool of the superuser, to look at and to prepare the database. */
    Pool superuser() {
        return superuser;
    }

    WebClient client() {
        return client;
    }

    static JsonObject flight() {
        return new JsonObject()
                .put("departureAirport", "Paris CDG")
                .put("arrivalAirport", "London LHR")
                .put("departureDateTime", "2027-03-01T09:30:00+01:00")
                .put("arrivalDateTime", "2027-03-01T10:05:00Z")
                .put("fare", new JsonObject().put("amount", 129.90).put("currency", "EUR"));
    }

    HttpResponse<Buffer> post(JsonObject flight) throws TimeoutException {
        return send(request(HttpMethod.POST, "/api/flights"), flight.toBuffer());
    }

    HttpResponse<Buffer> post(String idempotencyKey, JsonObject flight) throws TimeoutException {
        return send(
                request(HttpMethod.POST, "/api/flights").putHeader("Idempotency-Key", idempotencyKey),
                flight.toBuffer());
    }

    /**
     * Sends so many requests at the same time, each by its number, and those that are answered 503 again, as clients do: on a
     * busy machine some may come while others have waited for long.
     */
    List<HttpResponse<Buffer>> postUntilAnswered(
            int requests, BiFunction<Integer, HttpRequest<Buffer>, Future<HttpResponse<Buffer>>> send)
            throws TimeoutException {
        List<Future<HttpResponse<Buffer>>> answers = IntStream.range(0, requests)
                .mapToObj(i -> postUntilAnswered(() -> send.apply(i, request(HttpMethod.POST, "/api/flights"))))
                .toList();
        Future.all(answers).await(60, SECONDS);
        return answers.stream().map(Future::result).toList();
    }

    private Future<HttpResponse<Buffer>> postUntilAnswered(Supplier<Future<HttpResponse<Buffer>>> send) {
        return send.get()
                .compose(answer -> answer.statusCode() == 503
                        ? vertx.timer(200).compose(waited -> postUntilAnswered(send))
                        : Future.succeededFuture(answer));
    }

    /** Books and returns the id. */
    UUID book() throws TimeoutException {
        HttpResponse<Buffer> answer = post(flight());
        if (answer.statusCode() != 201) {
            throw new AssertionError(answer.statusCode() + " " + answer.bodyAsString());
        }
        return UUID.fromString(answer.bodyAsJsonObject().getString("id"));
    }

    HttpResponse<Buffer> get(String uri) throws TimeoutException {
        return send(request(HttpMethod.GET, uri));
    }

    HttpResponse<Buffer> delete(String uri) throws TimeoutException {
        return send(request(HttpMethod.DELETE, uri));
    }

    String statusOf(UUID id) throws TimeoutException {
        return get("/api/flights/" + id).bodyAsJsonObject().getString("status");
    }

    HttpRequest<Buffer> request(HttpMethod method, String uri) {
        HttpRequest<Buffer> request = client.request(method, uri);
        return HttpMethod.POST.equals(method) ? request.putHeader("Content-Type", "application/json") : request;
    }

    HttpResponse<Buffer> send(HttpRequest<Buffer> request) throws TimeoutException {
        return send(request, Buffer.buffer());
    }

    /** Sends, and checks the answer against the contract. */
    HttpResponse<Buffer> send(HttpRequest<Buffer> request, Buffer body) throws TimeoutException {
        HttpResponse<Buffer> response =
                (body.length() == 0 ? request.send() : request.sendBuffer(body)).await(15, SECONDS);
        check.check(request.method(), request.uri(), response);
        return response;
    }

    int count(String table) throws TimeoutException {
        return superuser
                .query("SELECT count(*)::int FROM " + table)
                .execute()
                .await(5, SECONDS)
                .iterator()
                .next()
                .getInteger(0);
    }
}
