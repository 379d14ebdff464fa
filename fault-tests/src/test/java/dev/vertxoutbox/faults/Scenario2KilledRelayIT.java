package dev.vertxoutbox.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.faults.Api.Answer;
import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestQueues;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scenario 2: SQS has acknowledged events, and the relay never learns of it or never gets to write it down. */
@ExtendWith(SandboxExtension.class)
class Scenario2KilledRelayIT {
    private static final int SUBJECTS = 10;
    private static final Duration SOON = Duration.ofSeconds(60);

    private static OutboxSystem system;
    private static QueueReader ledger;
    private static final SqsJournal JOURNAL = new SqsJournal();

    private static SqsProxy proxy;
    private static Map<String, String> relayVariables;
    private static Api flight;
    private static Oracle oracle;

    private final Set<String> booked = new HashSet<>();
    private final Set<String> cancelled = new HashSet<>();

    @BeforeAll
    static void start(Sandbox sandbox, TestQueues queues) {
        system = OutboxSystem.migrated("Scenario2KilledRelayIT", sandbox, queues);
        ledger = new QueueReader(sandbox.queues(), "scenario-2-ledger");
        proxy = new SqsProxy("relay", queues.endpoint(), JOURNAL);
        relayVariables = Map.of(
                "AWS_ENDPOINT_URL_SQS",
                proxy.endpoint(),
                "RELAY_ROUTES",
                "flight=%s,payment=%s,ledger=%s".formatted(queues.flightUrl(), queues.paymentUrl(), ledger.url()));
        OutboxProcess flightProcess = system.begin("flight", Map.of());
        OutboxProcess payment = system.begin("payment", Map.of());
        flight = new Api(flightProcess.awaitReady(1).http());
        payment.awaitReady(1);
        oracle = new Oracle(system.sql(), queues);
    }

    @AfterAll
    static void end() {
        system.close();
        proxy.close();
    }

    @Test
    void aRelayKilledBetweenAcknowledgementAndCommitCausesNoEffectTwiceAndKeepsTheOrder() throws Exception {
        int before = ledger.size();
        int kills = 3;
        for (int kill = 1; kill <= kills; kill++) {
            CountDownLatch acknowledged = new CountDownLatch(1);
            CountDownLatch killed = new CountDownLatch(1);
            proxy.fault = afterSending(() -> {
                acknowledged.countDown();
                awaitQuietly(killed);
                return false;
            });
            OutboxProcess relay = system.start("relay", relayVariables);
            announce("killed", kill);
            assertThat(acknowledged.await(SOON.toSeconds(), TimeUnit.SECONDS))
                    .as("a request is acknowledged")
                    .isTrue();
            relay.kill();
            killed.countDown();
        }
        proxy.fault = SqsFault.NONE;
        OutboxProcess relay = system.start("relay", relayVariables);

        confirm("killed", before, kills);
        relay.kill();
    }

    @Test
    void anAnswerLostOnItsWayCausesNoEffectTwiceAndKeepsTheOrder() {
        int before = ledger.size();
        int rounds = 5;
        AtomicInteger answers = new AtomicInteger();
        proxy.fault = afterSending(() -> answers.incrementAndGet() % 3 == 0);
        OutboxProcess relay = system.start("relay", relayVariables);
        for (int round = 1; round <= rounds; round++) {
            announce("lost", round);
        }

        confirm("lost", before, rounds);
        relay.kill();
    }

    /** Asks when SQS has acknowledged a request to send, with the relay still waiting; false for no answer. */
    private static SqsFault afterSending(BooleanSupplier mayAnswer) {
        return call -> {
            SqsReply reply = call.pass();
            return !call.isSend() || mayAnswer.getAsBoolean() ? reply : null;
        };
    }

    /** Five bookings, two of them cancelled, and an entry in the ledger for each of its subjects. */
    private void announce(String prefix, int number) {
        for (int i = 0; i < 5; i++) {
            Answer answer = flight.book().join();
            assertThat(answer.status()).isEqualTo(201);
            String id = answer.json().getString("id");
            booked.add(id);
            if (i % 2 == 1) {
                assertThat(flight.delete("/api/flights/" + id).status()).isEqualTo(200);
                cancelled.add(id);
            }
        }
        system.sql().execute("""
                INSERT INTO outbox.event (topic, subject, type, data)
                SELECT 'ledger', '%s-' || s, 'ledger.entry', json_build_object('number', %d)
                FROM generate_series(1, %d) s""".formatted(prefix, number, SUBJECTS));
    }

    private void confirm(String prefix, int before, int last) {
        ledger.read(before + SUBJECTS * last, SOON);
        assertThat(IntStream.rangeClosed(1, SUBJECTS).mapToObj(subject -> ledger.numbers(prefix + "-" + subject)))
                .allSatisfy(numbers -> assertThat(numbers)
                        .containsExactlyElementsOf(
                                IntStream.rangeClosed(1, last).boxed().toList()));
        oracle.confirm(booked, cancelled);
        assertThat(JOURNAL.repeated()).as("events that were sent again").isPositive();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
