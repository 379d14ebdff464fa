package dev.vertxoutbox.outbox;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Lanes whose events are all of subjects that are to be left alone. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class HeldLanesIT {

    private final OutboxStore store = new OutboxStore();
    private final Pool pool;
    private final Outbox outbox;
    private final List<String> subjects = new ArrayList<>();
    private final Lane lane = new Lane("orders", 7);

    HeldLanesIT(Vertx vertx, TestDatabase db) {
        pool = db.pool(vertx);
        outbox = new Outbox(pool);
        await(pool.query("SELECT 's' || i FROM generate_series(1, 10000) i WHERE (hashtext('s' || i) & 63) = 7 LIMIT 3")
                        .execute())
                .forEach(row -> subjects.add(row.getString(0)));
    }

    @AfterEach
    void empty() {
        await(pool.query("TRUNCATE outbox.event, outbox.paused_topic").execute());
    }

    @Test
    void laneIsHeldWhenAllItsEventsAreToBeLeftAlone() {
        append("orders", subjects.get(0), 2);
        append("orders", subjects.get(1), 1);

        assertThat(held(Map.of(lane, Set.of(subjects.get(0), subjects.get(1))))).containsExactly(true);
        assertThat(held(Map.of(lane, Set.of(subjects.get(0))))).containsExactly(false);
        assertThat(held(Map.of(lane, Set.of(subjects.get(2))))).containsExactly(false);
        assertThat(held(Map.of())).containsExactly(false);
        assertThat(held(Map.of(lane, Set.of()))).containsExactly(false);
    }

    @Test
    void subjectOfTheSameNameInAnotherTopicIsAnother() {
        append("orders", subjects.get(0), 1);
        append("others", subjects.get(0), 1);

        assertThat(held(Map.of(lane, Set.of(subjects.get(0))))).containsExactly(true, false);
    }

    @Test
    void laneWithMoreEventsThanAreReadIsNotHeld() {
        append("orders", subjects.get(0), OutboxStore.MAX_HELD_EVENTS - 1);
        assertThat(held(Map.of(lane, Set.of(subjects.get(0))))).containsExactly(true);

        append("orders", subjects.get(0), 1);

        assertThat(held(Map.of(lane, Set.of(subjects.get(0))))).containsExactly(false);
    }

    @Test
    void headIsTheOldestEventWhetherOrNotTheLaneIsHeld() {
        append("orders", subjects.get(0), 3);
        LaneHead free = heads(Map.of()).get(0);
        LaneHead kept = heads(Map.of(lane, Set.of(subjects.get(0)))).get(0);

        assertThat(kept.seq()).isEqualTo(free.seq());
        assertThat(free.isSendable()).isTrue();
        assertThat(kept.isSendable()).isFalse();
    }

    private List<Boolean> held(Map<Lane, Set<String>> exceptSubjects) {
        return heads(exceptSubjects).stream().map(LaneHead::held).toList();
    }

    private List<LaneHead> heads(Map<Lane, Set<String>> exceptSubjects) {
        return await(pool.withConnection(connection -> store.lanes(connection, Floors.NONE, exceptSubjects)));
    }

    private void append(String topic, String subject, int events) {
        List<OutboxEvent> appended = IntStream.range(0, events)
                .mapToObj(i -> OutboxEvent.of(topic, subject, "order.placed", new JsonObject()))
                .toList();
        await(pool.withTransaction(tx -> outbox.append(tx, appended)));
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(5, SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("not completed within 5 s", late);
        }
    }
}
