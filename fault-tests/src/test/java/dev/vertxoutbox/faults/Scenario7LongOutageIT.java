package dev.vertxoutbox.faults;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.faults.Api.Answer;
import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestQueues;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scenario 7: the queue is away while a hundred thousand events pile up, many times what fits into the relay's memory. */
@ExtendWith(SandboxExtension.class)
class Scenario7LongOutageIT {
    private static final int SUBJECTS = 1_000;
    private static final int EVENTS_OF_EACH = 100;
    private static final int BACKLOG = SUBJECTS * EVENTS_OF_EACH;
    private static final int HEAP_MEGABYTES = 64;
    private static final Duration SOON = Duration.ofSeconds(60);

    private static OutboxSystem system;

    @BeforeAll
    static void migrate(Sandbox sandbox, TestQueues queues) {
        system = OutboxSystem.migrated("Scenario7LongOutageIT", sandbox, queues);
    }

    @AfterAll
    static void end() {
        system.close();
    }

    @Test
    void aHundredThousandEventsWaitForTheQueueAndAreSentInOrderBySixtyFourMegabytes() {
        try (StubQueue queue = new StubQueue()) {
            queue.down();
            OutboxProcess flight = system.begin("flight", Map.of());
            OutboxProcess relay = system.begin(
                    "relay",
                    HEAP_MEGABYTES,
                    Map.of(
                            "AWS_ENDPOINT_URL_SQS",
                            queue.endpoint(),
                            "RELAY_ROUTES",
                            "bulk=%1$s,flight=%1$s,payment=%1$s".formatted(queue.url("all"))));
            Api api = new Api(flight.awaitReady(1).http());
            relay.awaitReady(1);

            insertBacklog();
            List<String> booked = book(api, 20);
            int refused = queue.refused();
            await("requests refused").atMost(SOON).until(() -> queue.refused() > refused);
            assertThat(system.sql().rows("""
                    SELECT (SELECT count(*) FROM outbox.event), (SELECT count(*) FROM outbox.parked_event)""")).containsExactly((BACKLOG + 20) + " 0");

            queue.up();
            await("backlog sent").atMost(Duration.ofMinutes(4)).untilAsserted(() -> {
                assertThat(relay.isAlive()).as("the relay is alive").isTrue();
                assertThat(queue.size()).isEqualTo(BACKLOG + 20);
            });
            insert(1, EVENTS_OF_EACH + 1, EVENTS_OF_EACH + 1);
            await("a new event").atMost(SOON).until(() -> queue.size() == BACKLOG + 21);
            await("empty outbox")
                    .atMost(SOON)
                    .until(() -> system.sql().number("SELECT count(*) FROM outbox.event") == 0);

            assertThat(wrong(queue.effects(), booked)).isEmpty();
            assertThat(relay.isAlive()).isTrue();
        }
    }

    private static void insertBacklog() {
        for (int from = 1; from <= EVENTS_OF_EACH; from += 20) {
            insert(SUBJECTS, from, from + 19);
        }
    }

    /** These events of each subject, with some weight. */
    private static void insert(int subjects, int from, int to) {
        system.sql().execute("""
                INSERT INTO outbox.event (topic, subject, type, data, sequence)
                SELECT 'bulk', 'bulk-' || s, 'bulk.entry', json_build_object('text', repeat('x', 1000)), n
                FROM generate_series(%d, %d) n, generate_series(1, %d) s
                ORDER BY n, s""".formatted(from, to, subjects));
    }

    private static List<String> book(Api flight, int count) {
        List<Answer> answers =
                Stream.generate(() -> flight.book().join()).limit(count).toList();
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.latency()).isLessThan(Duration.ofSeconds(5));
        });
        return answers.stream().map(answer -> answer.json().getString("id")).toList();
    }

    /** What was sent otherwise than it should: of each subject 1 to n, of each booking the one event. */
    private static Map<String, List<Integer>> wrong(Map<String, List<Integer>> effects, List<String> booked) {
        Map<String, List<Integer>> demanded = new HashMap<>(IntStream.rangeClosed(1, SUBJECTS)
                .boxed()
                .collect(toMap(s -> "bulk-" + s, s -> oneTo(s == 1 ? EVENTS_OF_EACH + 1 : EVENTS_OF_EACH))));
        booked.forEach(id -> demanded.put(id, oneTo(1)));
        assertThat(effects.keySet()).isEqualTo(demanded.keySet());
        Map<String, List<Integer>> wrong = new HashMap<>(effects);
        wrong.entrySet().removeAll(demanded.entrySet());
        return wrong;
    }

    private static List<Integer> oneTo(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }
}
