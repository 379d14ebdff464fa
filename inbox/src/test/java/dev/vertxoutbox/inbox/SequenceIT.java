package dev.vertxoutbox.inbox;

import static dev.vertxoutbox.inbox.Bench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class SequenceIT {
    private static final String POSITION = "SELECT sequence FROM inbox.position WHERE subject = 'a'";

    private final Map<UUID, EventOrder> orders = new ConcurrentHashMap<>();
    private final EventHandler noting = EventHandler.transactional((tx, event) -> {
        orders.put(event.id(), event.order());
        return Bench.record(tx, event);
    });
    private Bench bench;

    @BeforeEach
    void prepare(Vertx vertx, TestDatabase db, Sandbox sandbox) {
        bench = new Bench(vertx, db, sandbox);
    }

    @AfterEach
    void cleanUp() {
        bench.close();
    }

    @Test
    void eventsInOrderAreHandedOnAsSuch() {
        UUID first = bench.send("a", 1);
        UUID second = bench.send("a", 2);
        UUID unnumbered = bench.send("a");

        bench.start(noting);

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactly(first, second, unnumbered);
        assertThat(orders)
                .containsEntry(first, EventOrder.IN_ORDER)
                .containsEntry(second, EventOrder.IN_ORDER)
                .containsEntry(unnumbered, EventOrder.UNKNOWN);
        assertThat(bench.number(POSITION)).isEqualTo(2);
        assertThat(bench.count("inbox.gaps") + bench.count("inbox.late") + bench.count("inbox.gap.waits"))
                .isZero();
    }

    @Test
    void noEventOvertakesAnEarlierOneOfItsGroupThatWaits() {
        UUID first = bench.send("a", 1);
        UUID third = bench.send("a", 3);
        UUID unnumbered = bench.send("a");
        UUID second = bench.send("a", 2);

        bench.start(bench.config().withGapPatience(Duration.ofSeconds(2)), noting);

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactly(first, third, unnumbered, second);
        assertThat(orders).containsEntry(third, EventOrder.GAP).containsEntry(second, EventOrder.LATE);
        assertThat(bench.count("inbox.gap.waits")).isPositive();
        assertThat(bench.count("inbox.failures")).isZero();
    }

    @Test
    void eventWhosePredecessorComesWhileItWaitsIsInOrder() {
        bench.send("a", 1);
        UUID third = bench.send("a", 3);
        UUID other = bench.send("b", 1);
        bench.start(noting);
        eventually(() -> assertThat(bench.count("inbox.gap.waits")).isPositive());

        // In another group, as the queue keeps its own one back while a message of it is hidden.
        UUID second = bench.sendInGroup("other", "a", 2);

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects("a")).endsWith(second, third);
        assertThat(orders).containsEntry(third, EventOrder.IN_ORDER).containsEntry(other, EventOrder.IN_ORDER);
    }

    @Test
    void eventWhosePredecessorNeverComesIsHandedOnMarkedAndItsSuccessorsAreInOrder() {
        bench.send("a", 1);
        UUID third = bench.send("a", 3);
        UUID fourth = bench.send("a", 4);

        bench.start(bench.config().withGapPatience(Duration.ofSeconds(2)), noting);

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(orders).containsEntry(third, EventOrder.GAP).containsEntry(fourth, EventOrder.IN_ORDER);
        assertThat(bench.count("inbox.gaps")).isEqualTo(1);
        assertThat(bench.count("inbox.gap.waits")).isPositive();
    }

    @Test
    void eventThatComesAfterLaterOnesTakesEffectMarked() {
        bench.send("a", 1);
        bench.send("a", 3);
        bench.start(bench.config().withGapPatience(Duration.ZERO), noting);
        eventually(() -> assertThat(bench.effects()).hasSize(2));

        UUID second = bench.send("a", 2);

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).hasSize(3);
        assertThat(orders).containsEntry(second, EventOrder.LATE);
        assertThat(bench.count("inbox.late")).isEqualTo(1);
        assertThat(bench.number(POSITION)).isEqualTo(3);
    }

    @Test
    void gatewayIsNotAskedForAnEventThatComesTooEarly() {
        AtomicInteger prepared = new AtomicInteger();
        UUID second = bench.send("a", 2);
        bench.start(received -> {
            prepared.incrementAndGet();
            orders.put(received.id(), received.order());
            return Future.succeededFuture(tx -> Bench.record(tx, received));
        });
        eventually(() -> assertThat(bench.count("inbox.gap.waits")).isPositive());
        assertThat(prepared).hasValue(0);

        UUID first = bench.sendInGroup("other", "a", 1);

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactly(first, second);
        assertThat(orders).containsEntry(first, EventOrder.IN_ORDER).containsEntry(second, EventOrder.IN_ORDER);
    }

    @Test
    void consumerThatStartsInMidStreamSoonGoesOn() {
        UUID seventh = bench.send("a", 7);
        UUID eighth = bench.send("a", 8);

        // Longer than the test is willing to wait.
        bench.start(bench.config().withGapPatience(Duration.ofMinutes(10)), noting);

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(bench.effects()).containsExactly(seventh, eighth);
        assertThat(orders).containsEntry(seventh, EventOrder.GAP).containsEntry(eighth, EventOrder.IN_ORDER);
    }

    @Test
    void eventOfUnknownTypeLeavesNoGap() {
        bench.send("a", 1);
        bench.send("a", UUID.randomUUID(), "order.painted", 2L);
        UUID third = bench.send("a", 3);

        bench.start(noting);

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(orders).containsEntry(third, EventOrder.IN_ORDER);
        assertThat(bench.count("inbox.gap.waits")).isZero();
    }

    @Test
    void positionThatARolledBackEffectReachedIsNotKept() {
        AtomicInteger tries = new AtomicInteger();
        bench.send("a", 1);

        bench.start(EventHandler.transactional((tx, event) -> tries.incrementAndGet() == 1
                ? Future.failedFuture("once")
                : noting.prepare(event).compose(effect -> effect.apply(tx))));

        eventually(() -> assertThat(bench.depth()).isZero());
        assertThat(orders).containsValue(EventOrder.IN_ORDER).hasSize(1);
        assertThat(bench.count("inbox.late")).isZero();
    }
}
