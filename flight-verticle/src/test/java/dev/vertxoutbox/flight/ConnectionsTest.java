package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Slow clients, against limits that are shorter than the service's. */
@ExtendWith(VertxExtension.class)
class ConnectionsTest {
    private static final Duration IDLE = Duration.ofMillis(900);
    private static final Duration BODY = Duration.ofMillis(300);

    /** On one event loop, with the options that the service has. */
    private static final class Server extends VerticleBase {
        private volatile int port;

        @Override
        public Future<?> start() {
            Connections connections = new Connections(vertx, IDLE, BODY);
            connections.start();
            Router router = Router.router(vertx);
            router.route().handler(connections::requested);
            router.post("/")
                    .handler(BodyHandler.create(false).setBodyLimit(10))
                    .handler(connections::received)
                    .handler(ctx -> ctx.end("done"));
            router.get("/slow")
                    .handler(connections::received)
                    .handler(ctx -> vertx.setTimer(IDLE.multipliedBy(2).toMillis(), fired -> ctx.end("done")));
            return vertx.createHttpServer(FlightVerticle.serverOptions(0))
                    .connectionHandler(connections::opened)
                    .requestHandler(router)
                    .listen()
                    .onSuccess(server -> port = server.actualPort());
        }
    }

    private final List<String> received = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private Vertx vertx;
    private NetSocket client;

    @BeforeEach
    void connect(Vertx injected) throws TimeoutException {
        vertx = injected;
        Server server = new Server();
        vertx.deployVerticle(server).await(10, SECONDS);
        client = vertx.createNetClient().connect(server.port, "localhost").await(5, SECONDS);
        client.handler(data -> received.add(data.toString()));
        client.closeHandler(gone -> closed.set(true));
    }

    @Test
    void connectionWithoutARequestIsClosed() {
        awaitClosed();
        assertThat(String.join("", received)).isEmpty();
    }

    @Test
    void headThatDripsIsCutOff() {
        send("GET / HTTP/1.1\r\nHost: localhost\r\n");
        drip("X-Slow: 1\r\n");
        awaitClosed();
    }

    @Test
    void bodyThatDripsIsAnswered408() {
        send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n");
        drip(" ");
        awaitClosed();
        assertThat(String.join("", received)).startsWith("HTTP/1.1 408");
    }

    @Test
    void bodyThatIsTooLargeIsAnswered413AndNotReadForEver() {
        send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        drip("a\r\n0123456789\r\n");
        awaitClosed();
        assertThat(String.join("", received)).startsWith("HTTP/1.1 413");
    }

    @Test
    void requestThatWeAreSlowToAnswerIsNotCutOff() {
        send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await().atMost(10, SECONDS).until(() -> String.join("", received).contains("done"));
        assertThat(closed).isFalse();
        awaitClosed();
    }

    private void send(String text) {
        client.write(text).otherwiseEmpty();
    }

    private void drip(String text) {
        vertx.setPeriodic(50, timer -> send(text));
    }

    private void awaitClosed() {
        await().atMost(10, SECONDS).pollInterval(20, MILLISECONDS).untilTrue(closed);
    }
}
