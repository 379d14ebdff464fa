package dev.vertxoutbox.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How {@code outbox.jar}, one process per role, serves a foreign writer and stops. */
@ExtendWith(SandboxExtension.class)
class ProcessIT {
    private static OutboxSystem system;

    @BeforeAll
    static void migrate(Sandbox sandbox, TestQueues queues) {
        system = OutboxSystem.migrated("ProcessIT", sandbox, queues);
    }

    @AfterAll
    static void end() {
        system.close();
    }

    @Test
    void aPlainInsertIsDeliveredWithoutWaitingForThePoll(Sandbox sandbox) {
        QueueReader reader = new QueueReader(sandbox.queues(), "process-it-bell");
        system.start("relay", Map.of("RELAY_POLL_INTERVAL", "PT1H", "RELAY_ROUTES", "bell=" + reader.url()));

        for (int i = 1; i <= 5; i++) {
            system.sql().execute("""
                    INSERT INTO outbox.event (topic, subject, type, data)
                    VALUES ('bell', 'door', 'bell.rung', '{"ring":%d}')""".formatted(i));
            List<JsonObject> events = reader.read(i, Duration.ofSeconds(5));

            assertThat(events.get(i - 1).getJsonObject("data")).isEqualTo(new JsonObject().put("ring", i));
        }
    }

    @Test
    void everyRoleAndAllInOneProcessExitWithZeroWhenTerminated() {
        List<OutboxProcess> processes = List.of(
                system.begin("flight", Map.of()),
                system.begin("relay", Map.of()),
                system.begin("payment", Map.of()),
                system.launch(Map.of()));
        processes.forEach(process -> process.awaitReady(1));
        processes.get(3).awaitReady(3);

        processes.forEach(OutboxProcess::terminate);

        assertThat(processes)
                .allSatisfy(process -> assertThat(process.awaitExit()).isZero());
    }
}
