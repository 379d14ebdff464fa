package dev.vertxoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class CircuitTest {

    private final List<Long> delays = new ArrayList<>();
    private Runnable timer = () -> {};
    private long nowNanos;
    private final Circuit circuit = new Circuit(
            (delay, task) -> {
                delays.add(delay);
                timer = task;
            },
            () -> nowNanos);

    @Test
    void opensAtAFailureAndClosesAfterTheDelay() {
        circuit.failed(Duration.ZERO);
        assertThat(circuit.isOpen()).isTrue();

        timer.run();
        assertThat(circuit.isOpen()).isFalse();
    }

    @RepeatedTest(20)
    void delayIsARandomPartOfACeilingThatDoublesUpToThirtySeconds() {
        for (int failure = 0; failure < 12; failure++) {
            circuit.failed(Duration.ZERO);
            timer.run();
            long ceiling = Math.min(30_000, 100L << failure);
            assertThat(delays.get(failure)).isBetween(1L, ceiling);
        }
    }

    @Test
    void delayIsNotShorterThanTheQueueAsksFor() {
        circuit.failed(Duration.ofSeconds(7));
        timer.run();
        circuit.failed(Duration.ofDays(1));

        assertThat(delays.get(0)).isBetween(7_001L, 7_100L);
        assertThat(delays.get(1)).as("an absurd delay is cut").isBetween(60_001L, 60_200L);
    }

    @Test
    void failuresOfRequestsThatWereUnderWayAlreadyDoNotLengthenTheDelay() {
        circuit.failed(Duration.ZERO);
        circuit.failed(Duration.ZERO);
        circuit.failed(Duration.ZERO);

        assertThat(delays).hasSize(1);
    }

    @Test
    void anAnswerStartsTheDelaysAnew() {
        for (int failure = 0; failure < 10; failure++) {
            circuit.failed(Duration.ZERO);
            timer.run();
        }
        circuit.succeeded();
        circuit.failed(Duration.ZERO);

        assertThat(delays.get(10)).isLessThanOrEqualTo(100);
    }

    @Test
    void failsFromAFailureUntilAnAnswerTrialsIncluded() {
        circuit.failed(Duration.ZERO);
        timer.run();
        assertThat(circuit.isOpen()).isFalse();
        assertThat(circuit.isFailing()).as("during the trial").isTrue();

        circuit.failed(Duration.ZERO);
        timer.run();
        circuit.succeeded();
        assertThat(circuit.isFailing()).isFalse();
    }

    @Test
    void failsNoLongerWhenNothingIsTriedBecauseNothingWaits() {
        circuit.failed(Duration.ZERO);
        nowNanos += Duration.ofMinutes(1).toNanos();
        assertThat(circuit.isFailing()).as("while open").isTrue();

        timer.run();
        nowNanos += Duration.ofSeconds(9).toNanos();
        assertThat(circuit.isFailing()).isTrue();
        nowNanos += Duration.ofSeconds(2).toNanos();
        assertThat(circuit.isFailing()).isFalse();
    }
}
