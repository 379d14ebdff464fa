package dev.vertxoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneGroup;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class SetbacksTest {

    private static final Lane LANE = new Lane("orders", 7);

    private long now = 42;
    private final Setbacks setbacks = new Setbacks(() -> now);

    @Test
    void subjectIsLeftAloneForItsDelayAndNoOtherIs() {
        Setbacks.Retry retry = setbacks.failed(LANE, "a");

        assertThat(setbacks.of(LaneGroup.of(LANE))).containsExactly("a");
        assertThat(setbacks.of(LaneGroup.of(new Lane("orders", 8)))).isEmpty();
        pass(Duration.ofMillis(retry.delayMillis()));
        assertThat(setbacks.of(LaneGroup.of(LANE))).isEmpty();
    }

    @Test
    void searchesAreToldOfAllSubjectsThatAreLeftAloneUnlessTheyAreTooMany() {
        Lane other = new Lane("payments", 7);
        setbacks.failed(LANE, "a");
        setbacks.failed(LANE, "b");
        setbacks.failed(other, "a");
        assertThat(setbacks.all()).isEqualTo(Map.of(LANE, Set.of("a", "b"), other, Set.of("a")));

        IntStream.rangeClosed(4, Setbacks.MAX_SUBJECTS_OF_SEARCHES).forEach(i -> setbacks.failed(LANE, "s" + i));
        assertThat(setbacks.all()).hasSize(2);
        setbacks.failed(LANE, "one more");

        assertThat(setbacks.all()).isEmpty();
    }

    @RepeatedTest(20)
    void delayIsARandomPartOfACeilingThatDoublesUpToThirtySeconds() {
        for (int attempt = 1; attempt <= 12; attempt++) {
            Setbacks.Retry retry = setbacks.failed(LANE, "a");
            assertThat(retry.attempt()).isEqualTo(attempt);
            assertThat(retry.delayMillis()).isBetween(1L, Math.min(30_000, 100L << (attempt - 1)));
        }
    }

    @Test
    void subjectWhoseEventIsSentStartsAnew() {
        setbacks.failed(LANE, "a");
        setbacks.failed(LANE, "a");

        setbacks.over(LANE, "a");

        assertThat(setbacks.of(LaneGroup.of(LANE))).isEmpty();
        assertThat(setbacks.failed(LANE, "a").attempt()).isEqualTo(1);
    }

    @Test
    void memoryIsBoundedAndWhatIsLongOverIsForgotten() {
        for (int i = 0; i < Setbacks.MAX_SUBJECTS; i++) {
            setbacks.failed(new Lane("orders", i & 63), "s" + i);
        }
        assertThat(setbacks.isFull()).isTrue();

        pass(Duration.ofMinutes(2));

        assertThat(setbacks.isFull()).isFalse();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
