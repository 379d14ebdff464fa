package dev.vertxoutbox.relay;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.Queues;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class OwnSqsClientIT {

    private final Vertx vertx;
    private final TestDatabase db;
    private final StubSqs queue;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Map<String, String> chain;

    OwnSqsClientIT(Vertx vertx, TestDatabase db) throws Exception {
        this.vertx = vertx;
        this.db = db;
        queue = new StubSqs(vertx);
        chain = Map.of(
                "aws.region",
                Queues.REGION,
                "aws.endpointUrlSqs",
                queue.url("").replaceFirst("/$", ""),
                "aws.accessKeyId",
                "x",
                "aws.secretAccessKey",
                "x");
    }

    @BeforeEach
    void configureTheChain() {
        chain.forEach(System::setProperty);
        Metrics.addRegistry(metrics);
    }

    @AfterEach
    void restore() throws Exception {
        chain.keySet().forEach(System::clearProperty);
        Metrics.removeRegistry(metrics);
        queue.close();
    }

    @Test
    void relayThatIsGivenNothingElseMakesItsClientAndClosesIt() throws Exception {
        RelayConfig config = RelayConfig.of(db.connectOptions(), Map.of("orders", queue.url("orders.fifo")));
        db.pool(vertx)
                .query("INSERT INTO outbox.event (topic, subject, type, data) VALUES ('orders', 'a', 'x', '{}')")
                .execute()
                .await(5, SECONDS);
        long threadsBefore = sdkThreads();

        String id = vertx.deployVerticle(new RelayVerticle(config)).await(20, SECONDS);

        await().untilAsserted(() -> assertThat(queue.groups()).containsExactly("a"));
        await().until(() -> metrics.get("outbox.relay.sent").counter().count() == 1);
        assertThat(sdkThreads()).isGreaterThan(threadsBefore);
        vertx.undeploy(id).await(20, SECONDS);
        await().untilAsserted(() -> assertThat(sdkThreads()).isEqualTo(threadsBefore));
        assertThat(metrics.find("outbox.backlog.events").gauge())
                .as("a gauge of a relay that is gone")
                .isNull();
    }

    private static long sdkThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("aws-java-sdk-NettyEventLoop"))
                .count();
    }
}
