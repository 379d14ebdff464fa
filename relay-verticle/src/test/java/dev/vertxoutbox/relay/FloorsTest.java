package dev.vertxoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneHead;
import java.util.List;
import org.junit.jupiter.api.Test;

class FloorsTest {

    private static final Lane LANE = new Lane("orders", 7);

    private final Floors floors = new Floors();

    @Test
    void laneWithoutAFloorIsReadFromItsStart() {
        assertThat(floors.of(LANE)).isZero();
    }

    @Test
    void drainThatLeftNothingRaisesTheFloor() {
        floors.raise(LANE, 0, 10);
        floors.raise(LANE, 10, 25);

        assertThat(floors.of(LANE)).isEqualTo(25);
        assertThat(floors.of(new Lane("orders", 8))).isZero();
    }

    @Test
    void eventThatCommitsLateLowersTheFloor() {
        floors.raise(LANE, 0, 25);

        floors.found(List.of(new LaneHead(LANE, 12)));

        assertThat(floors.of(LANE)).isEqualTo(11);
    }

    @Test
    void laterEventLeavesTheFloorAlone() {
        floors.raise(LANE, 0, 25);

        floors.found(List.of(new LaneHead(LANE, 26), new LaneHead(new Lane("others", 7), 1)));

        assertThat(floors.of(LANE)).isEqualTo(25);
    }

    @Test
    void drainDoesNotRaiseTheFloorOverAnEventFoundWhileItRan() {
        floors.raise(LANE, 0, 25);
        long claimedBehind = floors.of(LANE);
        floors.found(List.of(new LaneHead(LANE, 12)));

        floors.raise(LANE, claimedBehind, 40);

        assertThat(floors.of(LANE)).isEqualTo(11);
    }

    @Test
    void memoryIsBoundedWhateverTopicsAreMadeUp() {
        for (int i = 0; i < 50_000; i++) {
            floors.raise(new Lane("topic-" + i, 0), 0, 1);
        }

        assertThat(floors.all()).hasSizeLessThanOrEqualTo(10_000);
    }
}
