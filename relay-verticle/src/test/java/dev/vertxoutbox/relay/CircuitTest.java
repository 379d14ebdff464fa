package dev.vertxoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class CircuitTest {

    private final List<Long> delays = new ArrayList<>();
    private Runnable timer = () -> {};
    private final Circuit circuit = new Circuit((delay, task) -> {
        delays.add(delay);
        timer = task;
    });

    @Test
    void opensAtAFailureAndClosesAfterTheDelay() {
        circuit.failed();
        assertThat(circuit.isOpen()).isTrue();

        timer.run();
        assertThat(circuit.isOpen()).isFalse();
    }

    @RepeatedTest(20)
    void delayIsARandomPartOfACeilingThatDoublesUpToThirtySeconds() {
        for (int failure = 0; failure < 12; failure++) {
            circuit.failed();
            timer.run();
            long ceiling = Math.min(30_000, 100L << failure);
            assertThat(delays.get(failure)).isBetween(1L, ceiling);
        }
    }

    @Test
    void failuresOfRequestsThatWereUnderWayAlreadyDoNotLengthenTheDelay() {
        circuit.failed();
        circuit.failed();
        circuit.failed();

        assertThat(delays).hasSize(1);
    }

    @Test
    void anAnswerStartsTheDelaysAnew() {
        for (int failure = 0; failure < 10; failure++) {
            circuit.failed();
            timer.run();
        }
        circuit.succeeded();
        circuit.failed();

        assertThat(delays.get(10)).isLessThanOrEqualTo(100);
    }
}
