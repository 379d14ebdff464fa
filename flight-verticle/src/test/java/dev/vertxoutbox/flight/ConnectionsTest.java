package dev.vertxoutbox.flight;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Slow clients, against limits that are shorter than the service's. */
@ExtendWith(VertxExtension.class)
class ConnectionsTest {
    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final Duration BODY = Duration.ofMillis(300);
    private static final int LIMIT = 3;

    /** On one event loop, with the options that the service has. */
    private static final class Server extends VerticleBase {
        private volatile int port;

        @Override
        public Future<?> start() {
            Connections connections = new Connections(vertx, new Places(LIMIT), new SimpleMeterRegistry(), BODY);
            connections.start();
            Router router = Router.router(vertx);
            router.route().handler(connections::requested);
            router.post("/")
                    .handler(BodyHandler.create(false).setBodyLimit(10))
                    .handler(connections::received)
                    .handler(ctx -> ctx.end("done"));
            router.post("/early").handler(ctx -> ctx.end("early"));
            router.get("/slow")
                    .handler(connections::received)
                    .handler(ctx -> vertx.setTimer(BODY.multipliedBy(2).toMillis(), fired -> ctx.end("done")));
            return vertx.createHttpServer(ApiVerticle.serverOptions(0)
                            .setIdleTimeoutUnit(MILLISECONDS)
                            .setWriteIdleTimeout((int) IDLE.toMillis()))
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
    void requestThatIsAnsweredBeforeItsBodyCameDoesNotEndTheConnection() throws IOException {
        client.setSoTimeout((int) SECONDS.toMillis(10));
        long end = System.nanoTime() + BODY.multipliedBy(5).toNanos();
        int answers = 0;
        while (System.nanoTime() < end) {
            send("POST /early HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody");
            String answer = "";
            while (!answer.endsWith("early")) {
                int next = client.getInputStream().read();
                assertThat(next).as("after " + answers + " answers").isNotNegative();
                answer += (char) next;
            }
            answers++;
        }
        assertThat(answers).isGreaterThan(1);
    }

    @Test
    void requestThatWeAreSlowToAnswerIsNotCutOff() throws IOException {
        send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(receiveUntilClosed("")).startsWith("HTTP/1.1 200").endsWith("done");
    }

    @Test
    void connectionBeyondTheLimitIsClosed() throws IOException {
        List<Socket> others = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            Socket other = new Socket("localhost", client.getPort());
            others.add(other);
            other.getOutputStream().write("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
        }
        for (Socket other : others) {
            assertThat(other.getInputStream().read()).isEqualTo('H');
        }
        send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(receiveUntilClosed("")).isEmpty();
        for (Socket other : others) {
            other.close();
        }
    }

    @Test
    void bodyThatDripsOnHttp2IsAnswered408AndTheConnectionStays(Vertx vertx) throws TimeoutException {
        HttpClient http2 = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false)
                        .setDefaultPort(client.getPort()))
                .with(new PoolOptions().setHttp2MaxSize(1))
                .build();
        HttpClientRequest dripping =
                http2.request(HttpMethod.POST, "/").await(10, SECONDS).setChunked(true);
        dripping.write("a").await(10, SECONDS);
        assertThat(dripping.response().await(10, SECONDS).statusCode()).isEqualTo(408);
        HttpClientResponse other = http2.request(HttpMethod.POST, "/")
                .compose(request -> request.send("b"))
                .await(10, SECONDS);
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(other.request().connection().remoteAddress())
                .isEqualTo(dripping.connection().remoteAddress());
        assertThat(other.request().connection().localAddress())
                .isEqualTo(dripping.connection().localAddress());
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
