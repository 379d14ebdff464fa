package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many at a time: who is refused, who shares, and who does not make others wait. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class CrowdIT {
    private static FlightService service;

    @BeforeAll
    static void start(Vertx vertx, TestDatabase db, TestQueues queues) throws TimeoutException {
        service = FlightService.start(vertx, db, queues, config -> config.withInstances(1));
    }

    private static Future<HttpResponse<Buffer>> post() {
        return service.request(HttpMethod.POST, "/api/flights")
                .sendBuffer(FlightService.flight().toBuffer());
    }

    private static boolean isRefused(Future<HttpResponse<Buffer>> answer) {
        return answer.succeeded()
                && answer.result().statusCode() == 503
                && "1".equals(answer.result().getHeader("Retry-After"));
    }

    /** Only so many may be pending; the rest, whatever they send, is told soon and not only when the database goes on. */
    @Test
    void whenTooManyArePendingMoreAreRefusedWithoutWaiting() throws TimeoutException {
        // Opens connections, without a refusal: after one, fewer are taken in for a while.
        service.postUntilAnswered(
                Bookings.LIMITS.pending(),
                (i, request) -> request.sendBuffer(FlightService.flight().toBuffer()));
        SqlConnection locker = service.superuser().getConnection().await(5, SECONDS);
        Transaction lock = locker.begin().await(5, SECONDS);
        locker.query("LOCK TABLE flight.booking IN SHARE MODE").execute().await(5, SECONDS);
        // Who comes last is not known: some have to open a connection first.
        List<Future<HttpResponse<Buffer>>> answers = new ArrayList<>();
        Stream.generate(CrowdIT::post).limit(Bookings.LIMITS.pending()).forEach(answers::add);
        try {
            await().pollInterval(50, MILLISECONDS).atMost(2, SECONDS).until(() -> {
                answers.add(post());
                return answers.stream().anyMatch(CrowdIT::isRefused);
            });
            assertThat(answers).filteredOn(Future::isComplete).allMatch(CrowdIT::isRefused);
            assertThat(answers)
                    .filteredOn(answer -> !answer.isComplete())
                    .hasSizeGreaterThanOrEqualTo(Bookings.LIMITS.pending());
            assertThat(service.get("/api/flights").statusCode()).isEqualTo(200);
        } finally {
            lock.rollback().await(5, SECONDS);
            locker.close().await(5, SECONDS);
        }
        Future.all(answers).await(20, SECONDS);
        assertThat(service.post(FlightService.flight()).statusCode()).isEqualTo(201);
    }

    @Test
    void keyThatAnotherTransactionHoldsMakesNobodyElseWait() throws TimeoutException {
        SqlConnection other = service.superuser().getConnection().await(5, SECONDS);
        Transaction holding = other.begin().await(5, SECONDS);
        other.query("SELECT pg_advisory_xact_lock(hashtextextended('held', 0))")
                .execute()
                .await(5, SECONDS);
        try {
            Future<HttpResponse<Buffer>> waiting = service.request(HttpMethod.POST, "/api/flights")
                    .putHeader("Idempotency-Key", "held")
                    .sendBuffer(FlightService.flight().toBuffer());
            for (int i = 0; i < 20; i++) {
                service.book();
            }
            assertThat(waiting.await(10, SECONDS).statusCode()).isEqualTo(503);
        } finally {
            holding.rollback().await(5, SECONDS);
            other.close().await(5, SECONDS);
        }
        assertThat(service.post("held", FlightService.flight()).statusCode()).isEqualTo(201);
    }

    @Test
    void sameKeysAtTheSameTimeMakeOneBookingEach() throws TimeoutException {
        int before = service.count("flight.booking");
        List<HttpResponse<Buffer>> answers = service.postUntilAnswered(
                200,
                (i, request) -> request.putHeader("Idempotency-Key", "crowd-" + i % 20)
                        .sendBuffer(FlightService.flight().toBuffer()));
        assertThat(answers).allMatch(answer -> answer.statusCode() == 201);
        assertThat(answers)
                .filteredOn(answer -> answer.getHeader("Idempotency-Replayed") == null)
                .hasSize(20);
        assertThat(service.count("flight.booking")).isEqualTo(before + 20);
        assertThat(service.largestGroup()).isGreaterThan(10);
    }
}
