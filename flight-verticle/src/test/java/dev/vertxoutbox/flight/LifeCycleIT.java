package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.SqlConnection;
import java.net.BindException;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class LifeCycleIT {

    @Test
    void requestUnderWayIsAnsweredBeforeTheServiceStops(Vertx vertx, TestDatabase db, TestQueues queues)
            throws TimeoutException {
        FlightService service = FlightService.start(vertx, db, queues);
        SqlConnection locker = service.superuser().getConnection().await(5, SECONDS);
        var transaction = locker.begin().await(5, SECONDS);
        locker.query("LOCK TABLE flight.booking IN ACCESS EXCLUSIVE MODE")
                .execute()
                .await(5, SECONDS);
        Future<HttpResponse<Buffer>> underWay = service.request(HttpMethod.POST, "/api/flights")
                .sendBuffer(FlightService.flight().toBuffer());
        await().atMost(10, SECONDS).until(() -> service.count("pg_stat_activity WHERE wait_event_type = 'Lock'") == 1);

        Future<Void> stopped = service.beginStop();
        assertThat(stopped.isComplete()).isFalse();
        transaction.rollback().await(5, SECONDS);
        assertThat(underWay.await(10, SECONDS).statusCode()).isEqualTo(201);
        stopped.await(20, SECONDS);
        assertThatThrownBy(() -> service.get("/api/flights")).isInstanceOf(ConnectException.class);
    }

    @Test
    void serviceStartsWithoutADatabaseAndWorksWhenThereIsOne(
            Vertx vertx, TestDatabase db, TestQueues queues, Sandbox sandbox) throws TimeoutException {
        FlightService before = FlightService.start(vertx, db, queues);
        before.stop();
        sandbox.postgres().stop();
        FlightVerticle verticle = new FlightVerticle(
                FlightConfig.of(db.connectOptions().setUser("flight_test").setPassword("secret"), queues.paymentUrl())
                        .withHttpPort(0),
                queues.client(),
                new SimpleMeterRegistry());
        vertx.deployVerticle(verticle).await(20, SECONDS);
        var client = WebClient.create(vertx);
        assertThat(client.get(verticle.actualPort(), "localhost", "/api/flights")
                        .send()
                        .await(10, SECONDS)
                        .statusCode())
                .isEqualTo(503);
        sandbox.postgres().start();
        await().atMost(15, SECONDS)
                .until(() -> client.get(verticle.actualPort(), "localhost", "/api/flights")
                                .send()
                                .await(10, SECONDS)
                                .statusCode()
                        == 200);
    }

    @Test
    void portInUseFailsTheDeployment(Vertx vertx, TestDatabase db, TestQueues queues) throws TimeoutException {
        var taken =
                vertx.createNetServer().connectHandler(socket -> {}).listen(0).await(5, SECONDS);
        FlightConfig config =
                FlightConfig.of(db.connectOptions(), queues.paymentUrl()).withHttpPort(taken.actualPort());
        FlightVerticle verticle = new FlightVerticle(config, queues.client(), new SimpleMeterRegistry());
        assertThatThrownBy(() -> vertx.deployVerticle(verticle).await(20, SECONDS))
                .isInstanceOf(BindException.class);
    }
}
