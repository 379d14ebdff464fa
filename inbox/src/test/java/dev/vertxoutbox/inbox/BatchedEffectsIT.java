package dev.vertxoutbox.inbox;

import static dev.vertxoutbox.inbox.Bench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Messages of as many groups come in one poll, and one call writes what they bring. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class BatchedEffectsIT {
    private static final int EVENTS = 10;
    private static final String OTHER_TYPE = "order.cancelled";

    private final FakeQueue queue = new FakeQueue();

    /** The events of each call. */
    private final List<List<UUID>> calls = Collections.synchronizedList(new ArrayList<>());

    private Bench bench;

    @BeforeEach
    void prepare(Vertx vertx, TestDatabase db, Sandbox sandbox) {
        bench = new Bench(vertx, db, sandbox);
        bench.sharedLimit = Duration.ofMinutes(1);
    }

    @AfterEach
    void cleanUp() {
        bench.close();
    }

    private void start(EventHandler handler) {
        bench.start(bench.config().withPollers(1), queue, handler);
    }

    private Future<Void> record(SqlConnection tx, List<InboxEvent> events) {
        UUID[] ids = events.stream().map(InboxEvent::id).toArray(UUID[]::new);
        calls.add(List.of(ids));
        return tx.preparedQuery("INSERT INTO effect (event_id) SELECT * FROM unnest($1::uuid[])")
                .execute(Tuple.of((Object) ids))
                .mapEmpty();
    }

    private List<UUID> send(int events, String type) {
        List<UUID> ids = new ArrayList<>();
        for (int n = 0; n < events; n++) {
            ids.add(UUID.randomUUID());
            queue.add(type + n, Bench.envelope("s" + n, ids.get(n), type, null));
        }
        return ids;
    }

    private void untilDeleted() {
        eventually(() -> assertThat(queue.depth()).isZero());
    }

    @Test
    void oneCallWritesAllThatComeTogether() {
        List<UUID> events = send(EVENTS, Bench.TYPE);

        start(EventHandler.batched(this::record));

        untilDeleted();
        assertThat(calls).containsExactly(events);
        assertThat(bench.effects()).containsExactlyElementsOf(events);
        assertThat(bench.count("inbox.handled")).isEqualTo(EVENTS);
        assertThat(bench.number("SELECT count(*) FROM inbox.processed")).isEqualTo(EVENTS);
    }

    @Test
    void eventThatWasProcessedBeforeIsInNoCall() {
        UUID processed = send(1, "before").get(0);
        EventHandler handler = EventHandler.batched(this::record);
        bench.start(bench.config().withPollers(1), queue, Map.of("before", handler, Bench.TYPE, handler));
        untilDeleted();

        List<UUID> events;
        synchronized (queue) { // For one poll.
            events = send(EVENTS - 1, Bench.TYPE);
            queue.add("again", Bench.envelope("s", processed, Bench.TYPE, null));
        }

        untilDeleted();
        assertThat(calls).containsExactly(List.of(processed), events);
        assertThat(bench.count("inbox.duplicates")).isEqualTo(1);
    }

    @Test
    void eventThatFailsTakesNoOtherDown() {
        List<UUID> events = send(EVENTS, Bench.TYPE);
        UUID poison = events.get(4);

        start(EventHandler.batched(
                (tx, together) -> together.stream().anyMatch(event -> event.id().equals(poison))
                        ? record(tx, together).compose(written -> Future.failedFuture("poison"))
                        : record(tx, together)));

        eventually(() -> assertThat(queue.depth()).isEqualTo(1));
        List<UUID> others = new ArrayList<>(events);
        others.remove(poison);
        assertThat(bench.effects()).containsExactlyInAnyOrderElementsOf(others);
        assertThat(calls.get(0)).isEqualTo(events);
        assertThat(calls.subList(1, calls.size())).allMatch(call -> call.size() == 1);
        assertThat(bench.count("inbox.handled")).isEqualTo(EVENTS - 1);
    }

    @Test
    void malformedEventGoesToTheDeadLettersAlone() {
        List<UUID> events = send(EVENTS, Bench.TYPE);
        UUID malformed = events.get(4);

        start(EventHandler.batched((tx, together) -> {
            if (together.stream().anyMatch(event -> event.id().equals(malformed))) {
                throw new MalformedEventException("what it lacks");
            }
            return record(tx, together);
        }));

        eventually(() -> assertThat(bench.count("inbox.handled")).isEqualTo(EVENTS - 1));
        eventually(() -> assertThat(bench.count("inbox.malformed")).isPositive());
        assertThat(bench.effects()).hasSize(EVENTS - 1).doesNotContain(malformed);
    }

    @Test
    void callInSeveralStepsIsRepeatedAndWaitedFor() {
        bench.sql("CREATE TABLE IF NOT EXISTS counted (n int); GRANT ALL ON counted TO inbox_consumer");
        bench.sql("TRUNCATE counted; INSERT INTO counted VALUES (0)");
        send(EVENTS, Bench.TYPE);

        start(EventHandler.batched((tx, together) -> tx.query("SELECT n FROM counted FOR UPDATE")
                .execute()
                .compose(read -> tx.preparedQuery("UPDATE counted SET n = $1")
                        .execute(Tuple.of(read.iterator().next().getInteger(0) + together.size())))
                .mapEmpty()));

        untilDeleted();
        assertThat(bench.number("SELECT n FROM counted")).isEqualTo(EVENTS);
        assertThat(bench.count("inbox.transactions")).isEqualTo(1);
        assertThat(bench.count("inbox.transactions.split")).isZero();
    }

    @Test
    void typesOfOneHandlerGoTogetherAndOthersBesideThem() {
        List<UUID> together = send(3, Bench.TYPE);
        List<UUID> single = send(3, "single");
        together.addAll(send(3, OTHER_TYPE));
        EventHandler handler = EventHandler.batched(this::record);

        bench.start(
                bench.config().withPollers(1),
                queue,
                Map.of(Bench.TYPE, handler, OTHER_TYPE, handler, "single", Bench.recording()));

        untilDeleted();
        assertThat(calls).containsExactly(together);
        List<UUID> all = new ArrayList<>(together);
        all.addAll(single);
        assertThat(bench.effects()).containsExactlyElementsOf(all);
        assertThat(bench.count("inbox.transactions")).isEqualTo(1);
    }
}
