package dev.vertxoutbox.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestQueues;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scenario 9: one relay, then six, then one, under load; meanwhile one stands still and all lose their sessions. */
@ExtendWith(SandboxExtension.class)
class Scenario9RelaysComeAndGoIT {
    private static final int RELAYS = 6;
    private static final int SUBJECTS = 50;
    private static final long ROUND_MILLIS = 250;
    private static final Duration SOON = Duration.ofSeconds(60);

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final StubQueue queue = new StubQueue();
    private final CountDownLatch released = new CountDownLatch(1);
    private OutboxSystem system;
    private volatile int rounds;

    @BeforeEach
    void migrate(Sandbox sandbox, TestQueues queues) {
        system = OutboxSystem.migrated("Scenario9RelaysComeAndGoIT", sandbox, queues);
    }

    @AfterEach
    void end() {
        released.countDown();
        clock.shutdownNow();
        system.close();
        queue.close();
    }

    @Test
    void relaysThatComeAndGoStandStillOrLoseTheirSessionsLoseNothingAndKeepTheOrder(Sandbox sandbox) throws Exception {
        ScheduledFuture<?> load = clock.scheduleAtFixedRate(this::insertRound, 0, ROUND_MILLIS, TimeUnit.MILLISECONDS);
        OutboxProcess first = relay(1).awaitReady(1);
        awaitWorkOf(1);
        List<OutboxProcess> others = IntStream.rangeClosed(2, RELAYS)
                .mapToObj(number -> relay(number).awaitReady(1))
                .toList();
        IntStream.rangeClosed(1, RELAYS).forEach(this::awaitWorkOf);

        standStill(2, others.get(0));
        sandbox.postgres().killBackendsNamed("outbox-relay");
        IntStream.rangeClosed(1, RELAYS).forEach(this::awaitWorkOf);
        sandbox.postgres().killBackendsNamed("outbox-relay-listener");

        others.forEach(OutboxProcess::terminate);
        assertThat(others).allSatisfy(relay -> assertThat(relay.awaitExit()).isZero());
        awaitWorkOf(1);
        load.cancel(false);
        clock.shutdown();
        assertThat(clock.awaitTermination(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

        await("empty outbox").atMost(SOON).until(() -> system.sql().number("SELECT count(*) FROM outbox.event") == 0);
        assertThat(queue.effects()).isEqualTo(allUpTo(rounds));
        assertThat(first.isAlive()).isTrue();
    }

    /** It stops while it holds lanes whose events are accepted: others must take these over, then it must work again. */
    private void standStill(int number, OutboxProcess relay) throws InterruptedException {
        CountDownLatch holds = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        queue.beforeAnswer = name -> {
            if (name.equals(name(number)) && first.compareAndSet(true, false)) {
                holds.countDown();
                awaitRelease();
            }
            return true;
        };
        assertThat(holds.await(SOON.toSeconds(), TimeUnit.SECONDS))
                .as("relay " + number + " holds a lane")
                .isTrue();
        relay.suspend();
        released.countDown();
        queue.beforeAnswer = name -> true;
        int target = rounds + 1;

        await("the lanes of the relay that stands still are taken over")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(behind(target)).isEmpty());
        relay.goOn();
        awaitWorkOf(number);
    }

    private void awaitRelease() {
        try {
            released.await(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next event of each subject. */
    private void insertRound() {
        int round = rounds + 1;
        system.sql().execute("""
                INSERT INTO outbox.event (topic, subject, type, data, sequence)
                SELECT 'ledger', 's' || s, 'ledger.entry', '{}', %d FROM generate_series(1, %d) s""".formatted(round, SUBJECTS));
        rounds = round;
    }

    private OutboxProcess relay(int number) {
        OutboxProcess relay = system.begin(
                "relay",
                Map.of("AWS_ENDPOINT_URL_SQS", queue.endpoint(), "RELAY_ROUTES", "ledger=" + queue.url(name(number))));
        relay.allowBlockedThreads();
        return relay;
    }

    private void awaitWorkOf(int number) {
        int before = queue.acceptedOf(name(number));
        await("work of relay " + number).atMost(SOON).until(() -> queue.acceptedOf(name(number)) > before);
    }

    /** The subjects of which not so many events have come, with how many have. */
    private Map<String, Integer> behind(int target) {
        Map<String, Integer> behind = new HashMap<>();
        for (int subject = 1; subject <= SUBJECTS; subject++) {
            int sent = queue.effects("s" + subject).size();
            if (sent < target) {
                behind.put("s" + subject, sent);
            }
        }
        return behind;
    }

    private static Map<String, List<Integer>> allUpTo(int round) {
        Map<String, List<Integer>> all = new HashMap<>();
        for (int subject = 1; subject <= SUBJECTS; subject++) {
            all.put("s" + subject, IntStream.rangeClosed(1, round).boxed().toList());
        }
        return all;
    }

    private static String name(int number) {
        return "relay-" + number;
    }
}
