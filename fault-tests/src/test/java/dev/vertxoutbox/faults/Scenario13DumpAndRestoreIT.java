package dev.vertxoutbox.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.faults.Api.Answer;
import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestQueues;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scenario 13: a database with pending events is dumped, and all goes on with a new cluster it was restored into. */
@ExtendWith(SandboxExtension.class)
class Scenario13DumpAndRestoreIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Set<String> booked = new HashSet<>();
    private final Set<String> cancelled = new HashSet<>();

    @Test
    void pendingEventsOfADumpAreSentFromTheClusterItIsRestoredInto(Sandbox sandbox, TestQueues queues)
            throws SQLException {
        QueueReader ledger = new QueueReader(sandbox.queues(), "scenario-13-ledger");
        Dump dump;
        try (OutboxSystem old = OutboxSystem.migrated("Scenario13-old", sandbox, queues)) {
            Api flight = new Api(old.start("flight").http());
            book(flight, 10);
            cancel(flight, 3);
            insertLedger(old, 1, 20);
            dump = Dump.of(old.sql());
        }

        try (Sandbox elsewhere = Sandbox.start();
                OutboxSystem restored = OutboxSystem.migrated("Scenario13-new", elsewhere, queues)) {
            dump.restoreInto(restored.sql());
            assertThat(restored.sql().number("SELECT count(*) FROM outbox.event"))
                    .isEqualTo(13 + 2 * 20);
            OutboxProcess flight = restored.begin("flight", Map.of());
            OutboxProcess payment = restored.begin("payment", Map.of());
            Api api = new Api(flight.awaitReady(1).http());
            payment.awaitReady(1);
            // Before any relay runs: what is new must come behind what was restored.
            insertLedger(restored, 21, 30);
            book(api, 3);
            cancel(api, 6);

            restored.start(
                    "relay",
                    Map.of(
                            "RELAY_ROUTES",
                            "flight=%s,payment=%s,ledger=%s"
                                    .formatted(queues.flightUrl(), queues.paymentUrl(), ledger.url())));

            ledger.read(60, SOON);
            assertThat(List.of(ledger.numbers("a"), ledger.numbers("b")))
                    .containsOnly(IntStream.rangeClosed(1, 30).boxed().toList());
            new Oracle(restored.sql(), queues).confirm(booked, cancelled);
        }
    }

    private void book(Api flight, int count) {
        for (int i = 0; i < count; i++) {
            Answer answer = flight.book().join();
            assertThat(answer.status()).isEqualTo(201);
            booked.add(answer.json().getString("id"));
        }
    }

    /** Cancels some, until so many are. */
    private void cancel(Api flight, int total) {
        for (String id : booked) {
            if (cancelled.size() < total && cancelled.add(id)) {
                assertThat(flight.delete("/api/flights/" + id).status()).isEqualTo(200);
            }
        }
    }

    private static void insertLedger(OutboxSystem system, int from, int to) {
        system.sql().execute("""
                INSERT INTO outbox.event (topic, subject, type, data)
                SELECT 'ledger', s, 'ledger.entry', json_build_object('number', n)
                FROM generate_series(%d, %d) n, unnest(ARRAY['a', 'b']) s
                ORDER BY n, s""".formatted(from, to));
    }
}
