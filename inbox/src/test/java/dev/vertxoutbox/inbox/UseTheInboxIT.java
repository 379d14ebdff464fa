package dev.vertxoutbox.inbox;

import static dev.vertxoutbox.inbox.Bench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.inbox.example.StockService;
import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The example of {@code docs/use-the-inbox.md} does what the page says. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class UseTheInboxIT {
    private Bench bench;

    @BeforeEach
    void prepare(Vertx vertx, TestDatabase db, Sandbox sandbox) {
        bench = new Bench(vertx, db, sandbox);
        bench.sql("CREATE TABLE stock (article text PRIMARY KEY, reserved int NOT NULL DEFAULT 0)");
        bench.sql("INSERT INTO stock (article) VALUES ('chair'); GRANT SELECT, UPDATE ON stock TO inbox_consumer");
    }

    @AfterEach
    void cleanUp() {
        bench.close();
    }

    @Test
    void orderThatIsDeliveredTwiceReservesOnceAndOneThatMakesNoSenseIsDeadLettered(Vertx vertx) throws Exception {
        StockService service = new StockService(vertx, bench.pool, bench.sqs, bench.queueUrl, bench.meters);
        Bench.done(service.start());
        UUID order = UUID.randomUUID();
        bench.sendData(order, new JsonObject().put("article", "chair"));
        bench.sendData(order, new JsonObject().put("article", "chair"));
        bench.sendData(UUID.randomUUID(), new JsonObject());

        eventually(() -> assertThat(bench.depth()).isZero());

        assertThat(bench.number("SELECT reserved FROM stock")).isEqualTo(1);
        assertThat(bench.sandbox.queues().depth(bench.sandbox.queues().deadLetterUrl(bench.queueUrl)))
                .isEqualTo(1);
        assertThat(metersOnThePage())
                .containsExactlyInAnyOrderElementsOf(bench.meters.getMeters().stream()
                        .map(meter -> meter.getId().getName())
                        .toList());
        Future<Void> stopped = service.stop();
        // Ends the long polls, one after the other as each gives it back; a stop lets them end.
        bench.send("b");
        stopped.await(40, TimeUnit.SECONDS);
    }

    private static List<String> metersOnThePage() throws IOException {
        return Pattern.compile("(?m)^\\| `(inbox\\.[a-z.]+)` \\|")
                .matcher(Files.readString(DocumentationTest.PAGE))
                .results()
                .map(row -> row.group(1))
                .toList();
    }
}
