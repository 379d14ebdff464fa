package dev.vertxoutbox.flight;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
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

    private Socket client;

    @BeforeEach
    void connect(Vertx vertx) throws TimeoutException, IOException {
        Server server = new Server();
        vertx.deployVerticle(server).await(10, SECONDS);
        client = new Socket("localhost", server.port);
        client.setSoTimeout(50);
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
    }

    @Test
    void connectionWithoutARequestIsClosed() throws IOException {
        assertThat(receiveUntilClosed("")).isEmpty();
    }

    @Test
    void headThatDripsIsCutOff() throws IOException {
        send("GET / HTTP/1.1\r\nHost: localhost\r\n");
        assertThat(receiveUntilClosed("X-Slow: 1\r\n")).isEmpty();
    }

    @Test
    void bodyThatDripsIsAnswered408() throws IOException {
        send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n");
        assertThat(receiveUntilClosed(" ")).startsWith("HTTP/1.1 408");
    }

    @Test
    void bodyThatIsTooLargeIsAnswered413AndNotReadForEver() throws IOException {
        send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(receiveUntilClosed("a\r\n0123456789\r\n")).startsWith("HTTP/1.1 413");
    }

    @Test
    void requestThatWeAreSlowToAnswerIsNotCutOff() throws IOException {
        send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(receiveUntilClosed("")).startsWith("HTTP/1.1 200").endsWith("done");
    }

    private void send(String text) throws IOException {
        client.getOutputStream().write(text.getBytes(US_ASCII));
    }

    /** What arrives before the server closes the connection, while we send a drop whenever nothing does. */
    private String receiveUntilClosed(String drop) throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        byte[] buffer = new byte[1024];
        long deadline = System.nanoTime() + SECONDS.toNanos(30);
        while (System.nanoTime() < deadline) {
            try {
                int length = client.getInputStream().read(buffer);
                if (length < 0) {
                    return received.toString(US_ASCII);
                }
                received.write(buffer, 0, length);
            } catch (SocketTimeoutException nothingYet) {
                dripUnlessClosed(drop);
            } catch (SocketException reset) {
                return received.toString(US_ASCII);
            }
        }
        throw new AssertionError("The connection was still open after 30 s; received: " + received);
    }

    /** A write to a connection that the peer has closed fails; what it sent before can still be read. */
    private void dripUnlessClosed(String drop) {
        try {
            send(drop);
        } catch (IOException closed) {
            // The next read tells.
        }
    }
}
