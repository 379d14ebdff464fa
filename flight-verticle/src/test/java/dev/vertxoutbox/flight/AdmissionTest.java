package dev.vertxoutbox.flight;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private final Deque<Runnable> atEndOfTurn = new ArrayDeque<>();
    private int pending;
    private long now = Long.MAX_VALUE - 5; // The clock may start anywhere.

    private final Admission admission =
            new Admission(new Admission.Limits(100, 60, 10), () -> pending, atEndOfTurn::add, () -> now);

    /** One turn of the event loop, which reads so many; how many were taken in. */
    private int turn(int requests) {
        int admitted = 0;
        for (int i = 0; i < requests; i++) {
            if (admission.admits()) {
                admitted++;
                pending++;
            }
        }
        endTurn();
        return admitted;
    }

    private void endTurn() {
        atEndOfTurn.removeIf(task -> {
            task.run();
            return true;
        });
    }

    private void answer(int bookings) {
        pending -= bookings;
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void asManyClientsAsMayWaitAreNeverRefusedHoweverTheirRequestsArrive() {
        assertThat(turn(100)).isEqualTo(100);
        for (int i = 0; i < 50; i++) {
            answer(pending);
            assertThat(turn(30)).isEqualTo(30);
            answer(10);
            assertThat(turn(80)).isEqualTo(80);
        }
    }

    @Test
    void oneMoreThanMayWaitIsRefused() {
        assertThat(turn(101)).isEqualTo(100);
    }

    @Test
    void thoseThatWereReadCountLikeThoseThatArePending() {
        turn(70);
        assertThat(turn(31)).isEqualTo(30);
    }

    @Test
    void whileBookingsAreShedFewerAreTakenInTheMoreAreRead() {
        turn(101);
        answer(100);
        assertThat(turn(1)).as("the turn before was long").isOne();
        answer(1);
        // 60 less 3 for each that has been read, until 15 are pending and 15 read.
        assertThat(turn(15)).isEqualTo(15);
        answer(15);
        assertThat(turn(30)).isEqualTo(15);
    }

    @Test
    void someAreTakenInWhateverTurnsAreLike() {
        turn(101);
        answer(95);
        assertThat(turn(200)).isEqualTo(5);
        assertThat(pending).isEqualTo(10);
        assertThat(turn(200)).isZero();
    }

    @Test
    void allAreTakenInAgainWhenNoneHadToBeRefusedForASecond() {
        turn(101);
        answer(100);
        pass(Duration.ofMillis(900));
        turn(30);
        answer(pending);
        pass(Duration.ofMillis(900));
        assertThat(turn(30)).as("one was refused less than a second ago").isLessThan(30);
        answer(pending);
        pass(Duration.ofMillis(1_001));
        assertThat(turn(30)).isEqualTo(30);
    }
}
