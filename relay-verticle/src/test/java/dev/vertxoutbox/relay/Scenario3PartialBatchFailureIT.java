package dev.vertxoutbox.relay;

import static dev.vertxoutbox.relay.RelayBench.SOON;
import static dev.vertxoutbox.relay.RelayBench.event;
import static dev.vertxoutbox.relay.RelayBench.get;
import static dev.vertxoutbox.relay.RelayBench.oneTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.outbox.ListedEvent;
import dev.vertxoutbox.outbox.OutboxEvent;
import dev.vertxoutbox.relay.StubSqs.Answer;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Scenario 3: of a request of ten entries, the third fails and is to be sent again, the seventh can never be sent, and the
 * fifth is in neither list of the answer.
 */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class Scenario3PartialBatchFailureIT {

    private final RelayBench bench;
    private final List<String> subjects;
    private final String failing;
    private final String forgotten;
    private final String poison;
    private final Set<String> healed = ConcurrentHashMap.newKeySet();

    Scenario3PartialBatchFailureIT(Vertx vertx, TestDatabase db) throws Exception {
        bench = new RelayBench(vertx, db);
        subjects = bench.subjectsOfOneLane(10);
        failing = subjects.get(2);
        forgotten = subjects.get(4);
        poison = subjects.get(6);
        bench.queue.script = message -> healed.contains(message.group()) ? Answer.ACCEPT : answer(message.group());
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    void onlyAcceptedRowsLeaveAndOnlyTheSubjectsOfTheOthersWait() {
        bench.append(Stream.concat(all(1), all(2)).toList());

        bench.startRelay(Duration.ofMillis(100));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(waiting("outbox.event"))
                        .containsExactly(failing + " 1", forgotten + " 1", failing + " 2", forgotten + " 2"));
        assertThat(bench.queue.requestSizes.get(0))
                .as("entries of the first request")
                .isEqualTo(10);
        assertThat(waiting("outbox.parked_event")).containsExactly(poison + " 1", poison + " 2");
        List<ListedEvent> parked = get(bench.admin.parked(null, null, null, 10));
        assertThat(parked.get(0).reason()).contains("InvalidMessageContents");

        healed.add(failing);
        healed.add(forgotten);
        bench.awaitEmptyOutbox();
        assertThat(bench.queue.groups()).doesNotContain(poison);

        healed.add(poison);
        assertThat(get(bench.admin.retry(parked.get(0).id()))).isEqualTo(2);
        bench.awaitEmptyOutbox();
        assertThat(bench.effects())
                .containsOnlyKeys(subjects)
                .allSatisfy((subject, numbers) -> assertThat(numbers).isEqualTo(oneTo(2)));
        assertThat(bench.queue.accepted).as("accepted once each").hasSize(20);
    }

    private Answer answer(String group) {
        if (group.equals(failing)) {
            return Answer.FAIL;
        }
        if (group.equals(forgotten)) {
            return Answer.SILENCE;
        }
        return group.equals(poison) ? Answer.SENDER_FAULT : Answer.ACCEPT;
    }

    private Stream<OutboxEvent> all(int number) {
        return subjects.stream().map(subject -> event(subject, number));
    }

    private List<String> waiting(String table) {
        return bench.texts("SELECT subject || ' ' || sequence FROM " + table + " ORDER BY seq");
    }
}
