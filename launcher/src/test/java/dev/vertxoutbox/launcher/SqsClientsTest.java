package dev.vertxoutbox.launcher;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class SqsClientsTest {
    private static final int QUEUES = 3;

    private final Vertx vertx;
    private final Set<HttpServerRequest> waiting = new HashSet<>();
    private final Promise<Void> allWaiting = Promise.promise();
    private final SqsClients clients;

    SqsClientsTest(Vertx vertx) throws TimeoutException {
        this.vertx = vertx;
        int port = vertx.createHttpServer()
                .requestHandler(this::leaveWaiting)
                .listen(0, "127.0.0.1")
                .await(5, TimeUnit.SECONDS)
                .actualPort();
        System.setProperty("aws.accessKeyId", "x");
        System.setProperty("aws.secretAccessKey", "x");
        this.clients = new SqsClients(new SqsSettings("us-east-1", URI.create("http://127.0.0.1:" + port)));
    }

    @AfterEach
    void close() {
        clients.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @Test
    void queuesThatDoNotAnswerDelayTheStartTogetherAndNotOneAfterTheOther() throws TimeoutException {
        // The first call of a process may take so long that it is given up before it is sent.
        clients.warmUp(vertx, Set.of("first")).await(60, TimeUnit.SECONDS);

        clients.warmUp(vertx, Set.of("a", "b", "c"));

        // One after the other, the first would be given up before the third is asked.
        allWaiting.future().await(60, TimeUnit.SECONDS);
    }

    private void leaveWaiting(HttpServerRequest request) {
        waiting.add(request);
        request.connection().closeHandler(closed -> waiting.remove(request));
        if (waiting.size() == QUEUES) {
            allWaiting.tryComplete();
        }
    }
}
