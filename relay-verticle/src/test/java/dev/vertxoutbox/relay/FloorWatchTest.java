package dev.vertxoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.outbox.Floors;
import dev.vertxoutbox.outbox.Horizon;
import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneHead;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FloorWatchTest {

    private static final Lane LANE = new Lane("orders", 7);

    private final FloorWatch watch = new FloorWatch(List.of("orders"));

    @Test
    void floorIsThePlaceNotedBeforeTheWritersWereThatHaveEnded() {
        observe("e", 100, "a");
        observe("e", 200, "a", "b");
        observe("e", 300, "c");

        assertThat(place()).isNull();
        watch.found(List.of());

        assertThat(place()).isEqualTo(100);
        assertThat(watch.floors().places()).hasSize(Lane.BUCKETS);
    }

    @Test
    void floorWaitsForEveryWriterThatWasThere() {
        observe("e", 100);
        observe("e", 200, "a", "b");
        observe("e", 300, "b", "c");
        watch.found(List.of());
        assertThat(place()).isNull();

        observe("e", 400, "c", "d");
        watch.found(List.of());

        assertThat(place()).isEqualTo(100);
    }

    @Test
    void floorWaitsForPreparedTransactionsWhichHaveLostTheirName() {
        observe("e", 100);
        observe("e", 200, "3/12");
        observe("e", 300, "-1/777");
        watch.found(List.of());

        assertThat(place()).isNull();
    }

    @Test
    void floorStaysBelowTheOldestEvent() {
        observe("e", 100);
        observe("e", 200);
        observe("e", 300);

        watch.found(List.of(head(LANE, 42), head(new Lane("orders", 8), 150)));

        assertThat(place()).isEqualTo(41);
        assertThat(watch.floors().places()).containsEntry(new Lane("orders", 8), 100L);
    }

    @Test
    void floorOfAPausedTopicStaysBelowItsOldestEvent() {
        observe("e", 100);
        observe("e", 200);
        observe("e", 300);

        watch.found(List.of(new LaneHead(LANE, 42, true, false)));

        assertThat(place()).isEqualTo(41);
    }

    @Test
    void floorsRiseAgain() {
        observe("e", 100);
        observe("e", 200);
        observe("e", 300);
        watch.found(List.of());
        observe("e", 400);
        observe("e", 500);
        watch.found(List.of());

        assertThat(place()).isEqualTo(300);
    }

    @Test
    void searchBegunBeforeTheWritersEndedRaisesNothing() {
        observe("e", 100);
        observe("e", 200, "a");
        watch.found(List.of());

        assertThat(place()).isNull();
    }

    @Test
    void anotherEpochStartsAnew() {
        observe("e", 100);
        observe("e", 200);
        observe("e", 300);
        watch.found(List.of());

        observe("f", 400);
        watch.found(List.of());
        observe("f", 500);
        watch.found(List.of());
        assertThat(watch.floors()).isEqualTo(Floors.NONE);

        observe("f", 600);
        watch.found(List.of());
        assertThat(watch.floors().epoch()).isEqualTo("f");
        assertThat(place()).isEqualTo(400);
    }

    @Test
    void lanesOfTopicsMetOnTheWayHaveFloors() {
        Lane other = new Lane("others", 3);
        watch.found(List.of(head(other, 10)));
        observe("e", 100);
        observe("e", 200);
        observe("e", 300);
        watch.found(List.of());

        assertThat(watch.floors().places()).containsEntry(other, 100L).hasSize(2 * Lane.BUCKETS);
    }

    @Test
    void eventBelowAFloorMeansThatFloorsCannotBeTrusted() {
        observe("e", 100);
        observe("e", 200);
        observe("e", 300);
        watch.found(List.of());

        watch.foundInAll(List.of(head(LANE, 101)), watch.floors());
        assertThat(place()).isEqualTo(100);
        watch.foundInAll(List.of(head(LANE, 100)), Floors.NONE);
        assertThat(place())
                .as("it was there when the look began, before the floor was")
                .isEqualTo(100);
        watch.foundInAll(List.of(head(LANE, 100)), watch.floors());
        assertThat(place()).isNull();
    }

    @Test
    void memoryIsBoundedWhateverTopicsAreMadeUp() {
        for (int i = 0; i < 1_000; i++) {
            watch.found(List.of(head(new Lane("topic-" + i, 0), 1)));
        }
        observe("e", 100);
        observe("e", 200);
        observe("e", 300);
        watch.found(List.of());

        assertThat(watch.floors().places()).hasSizeLessThanOrEqualTo(100 * Lane.BUCKETS);
    }

    private void observe(String epoch, long lastSeq, String... writers) {
        watch.observe(new Horizon(epoch, lastSeq, Set.of(writers)));
    }

    private @Nullable Long place() {
        return watch.floors().places().get(LANE);
    }

    private static LaneHead head(Lane lane, long seq) {
        return new LaneHead(lane, seq, false, false);
    }
}
