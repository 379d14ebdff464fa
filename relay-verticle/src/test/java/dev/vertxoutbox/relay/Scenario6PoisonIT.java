package dev.vertxoutbox.relay;

import static dev.vertxoutbox.relay.RelayBench.SOON;
import static dev.vertxoutbox.relay.RelayBench.get;
import static dev.vertxoutbox.relay.RelayBench.oneTo;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.outbox.ListedEvent;
import dev.vertxoutbox.relay.StubSqs.Answer;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scenario 6: 2,000 events of 50 subjects can never be sent, among 1,000 healthy subjects. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class Scenario6PoisonIT {

    private static final int HEALTHY = 1_000;
    private static final int POISONED = 50;
    private static final int POISONOUS_EVENTS = 2_000;

    private final RelayBench bench;
    private final Set<String> healed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refusals = new AtomicInteger();

    Scenario6PoisonIT(Vertx vertx, TestDatabase db) throws Exception {
        bench = new RelayBench(vertx, db);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    void poisonIsTriedOnceAndParkedAndHealthySubjectsAreSentWithoutASecondRequest() {
        refuseWith(Answer.SENDER_FAULT);
        insert("p", POISONED, 1, POISONOUS_EVENTS / POISONED);
        insert("h", HEALTHY, 1, 2);
        bench.startRelay(Duration.ofMillis(100));
        bench.startRelay(Duration.ofMillis(100));
        bench.awaitEmptyOutbox();
        insert("p", POISONED, 41, 41);
        insert("h", HEALTHY, 3, 3);
        bench.awaitEmptyOutbox();

        assertThat(bench.effects()).isEqualTo(healthy(3));
        assertThat(refusals).as("tries of poison").hasValue(POISONED);
        assertThat(bench.queue.requestSizes.stream().mapToInt(Integer::intValue).sum())
                .as("entries sent")
                .isEqualTo(3 * HEALTHY + POISONED);
        assertThat(get(bench.admin.backlog()).parked()).isEqualTo(POISONOUS_EVENTS + POISONED);
    }

    @Test
    void anOperatorSeesRetriesAndDiscardsPoisonAndTheOrderIsKept() {
        refuseWith(Answer.SENDER_FAULT);
        insert("p", 3, 1, 40);
        bench.startRelay(Duration.ofMillis(100));
        bench.awaitEmptyOutbox();
        List<ListedEvent> first = parked("p1");
        assertThat(first).extracting(ListedEvent::sequence).containsExactlyElementsOf(longs(1, 40));
        assertThat(first.get(0).reason()).contains("InvalidMessageContents");
        assertThat(first.subList(1, 40))
                .allSatisfy(event -> assertThat(event.reason()).contains("waits behind"));

        // Still poison: parked again, with all behind it.
        assertThat(get(bench.admin.retry(first.get(0).id()))).isEqualTo(40);
        await().atMost(SOON).until(() -> refusals.get() == 4 && parked("p1").size() == 40);
        assertThat(parked("p1")).extracting(ListedEvent::sequence).containsExactlyElementsOf(longs(1, 40));

        healed.addAll(List.of("p1", "p2"));
        assertThat(get(bench.admin.retry(first.get(0).id()))).isEqualTo(40);
        assertThat(get(bench.admin.discard(parked("p2").get(0).id()))).isTrue();
        insert("p", 3, 41, 41);
        bench.awaitEmptyOutbox();

        assertThat(bench.effects())
                .isEqualTo(Map.of("p1", oneTo(41), "p2", oneTo(41).subList(1, 41)));
        assertThat(parked("p0")).hasSize(41);
    }

    @Test
    void eventsThatSqsAlwaysAsksToSendAgainAreTriedEverMoreSeldomAndHoldNobodyUp() {
        refuseWith(Answer.FAIL);
        insert("p", POISONED, 1, 4);
        bench.startRelay(Duration.ofMillis(100));
        for (int number = 1; number <= 3; number++) {
            insert("h", HEALTHY, number, number);
            int sent = number * HEALTHY;
            await().atMost(SOON).until(() -> bench.queue.accepted.size() == sent);
        }

        assertThat(bench.effects()).isEqualTo(healthy(3));
        assertThat(refusals).as("tries").hasValueBetween(POISONED, POISONED * 30);
        assertThat(get(bench.admin.backlog()).parked()).isZero();

        IntStream.range(0, POISONED).forEach(subject -> healed.add("p" + subject));
        bench.awaitEmptyOutbox();
        assertThat(bench.effects()).containsAllEntriesOf(subjects("p", POISONED, 4));
    }

    @Test
    void eventsThatWaitToBeSentAgainCauseNoDrainsInVain() {
        refuseWith(Answer.FAIL);
        insert("p", POISONED, 1, 4);
        bench.startListeningRelay();
        AtomicInteger sent = new AtomicInteger();

        // As soon as searches are quick for a while, and the delays are long. A search for each event finds some forty
        // lanes.
        await().atMost(SOON.multipliedBy(2)).until(() -> drainsInVainDuring(() -> sendOneByOne(10, sent)) < 10);
    }

    private void sendOneByOne(int events, AtomicInteger sent) {
        for (int i = 0; i < events; i++) {
            int number = sent.incrementAndGet();
            bench.append(List.of(RelayBench.event("h", number)));
            await().atMost(SOON).pollInterval(Duration.ofMillis(1)).until(() -> bench.queue.accepted.size() == number);
        }
    }

    private double drainsInVainDuring(Runnable load) {
        double before = drainsInVain();
        load.run();
        return drainsInVain() - before;
    }

    private double drainsInVain() {
        return bench.metrics
                .get("outbox.relay.drains")
                .tag("outcome", "empty")
                .counter()
                .count();
    }

    private void refuseWith(Answer answer) {
        bench.queue.script = message -> {
            if (message.group().startsWith("h") || healed.contains(message.group())) {
                return Answer.ACCEPT;
            }
            refusals.incrementAndGet();
            return answer;
        };
    }

    /** The events of these numbers for so many subjects. */
    private void insert(String prefix, int subjects, int from, int to) {
        bench.sql("""
                INSERT INTO outbox.event (topic, subject, type, data, sequence)
                SELECT 'orders', '%s' || s, 'order.placed', json_build_object('n', n), n
                FROM generate_series(%d, %d) n, generate_series(0, %d) s
                ORDER BY n, s""".formatted(prefix, from, to, subjects - 1));
    }

    private List<ListedEvent> parked(String subject) {
        return get(bench.admin.parked(RelayBench.TOPIC, subject, null, 100));
    }

    private static Map<String, List<Integer>> healthy(int events) {
        return subjects("h", HEALTHY, events);
    }

    private static Map<String, List<Integer>> subjects(String prefix, int count, int events) {
        return IntStream.range(0, count).boxed().collect(toMap(subject -> prefix + subject, subject -> oneTo(events)));
    }

    private static List<Long> longs(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Long::valueOf).toList();
    }
}
