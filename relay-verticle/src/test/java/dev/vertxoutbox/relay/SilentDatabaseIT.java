package dev.vertxoutbox.relay;

import static dev.vertxoutbox.relay.RelayBench.SOON;
import static dev.vertxoutbox.relay.RelayBench.get;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TcpProxy;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections to the database whose other end is gone without a word: nothing fails, and nothing is ever heard again. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class SilentDatabaseIT {
    private static final Duration SILENCE = Duration.ofSeconds(2);
    private static final int MOST_CONNECTIONS = 5;
    private static final String BOOKING = "b1";

    private final RelayBench bench;
    private final TcpProxy proxy;

    SilentDatabaseIT(Vertx vertx, TestDatabase db) throws Exception {
        bench = new RelayBench(vertx, db);
        bench.book(List.of(BOOKING));
        PgConnectOptions database = db.connectOptions();
        proxy = TcpProxy.start(database.getHost(), database.getPort());
        RelayConfig config = RelayConfig.of(
                        new PgConnectOptions(database).setHost("127.0.0.1").setPort(proxy.port()),
                        Map.of(RelayBench.TOPIC, bench.queue.url("orders.fifo")))
                .withPollInterval(Duration.ofMillis(100))
                .withConcurrency(1);
        RelayVerticle relay = new RelayVerticle(
                config, new SimpleMeterRegistry(), OpenTelemetry.noop(), bench.queue.client(), SILENCE);
        get(vertx.deployVerticle(relay));
        await().atMost(SOON).until(() -> relay.status().listening());
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
        proxy.close();
    }

    @Test
    void moreConnectionsAreCutOffThanTheRelayMayHaveAndItGoesOn() {
        for (int cut = 1; cut <= MOST_CONNECTIONS + 2; cut++) {
            proxy.forgetServers();
            bench.changeAndCommit(BOOKING);
            int sent = cut;
            await("event " + sent).atMost(SOON).until(() -> bench.queue.accepted.size() >= sent);
        }

        bench.confirm();
    }

    @Test
    void listenerThatIsCutOffListensAgain() {
        proxy.forgetServers();
        await("the server forgets the listener").atMost(SOON).until(() -> listeners() == 0);

        await("a new listener").atMost(SOON).until(() -> listeners() == 1);
    }

    private long listeners() {
        return bench.number(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'outbox-relay-listener'");
    }
}
