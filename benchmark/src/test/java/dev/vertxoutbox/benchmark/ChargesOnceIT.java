package dev.vertxoutbox.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The measurement of that name with a tenth of its events: payment processes are killed, and nobody is charged twice. */
class ChargesOnceIT {
    private static final int EVENTS = 10_000;

    @Test
    void eachBookingIsChargedOnceHoweverOftenItsEventComesAndWhoeverIsKilled() {
        Path root = Path.of("..").toAbsolutePath().normalize();

        try (Bench bench = new Bench(root)) {
            ChargesOnce.Outcome outcome = new ChargesOnce(EVENTS, 2, 6).consume(bench);

            assertThat(outcome).isEqualTo(new ChargesOnce.Outcome(outcome.kills(), EVENTS, 0, EVENTS, EVENTS, EVENTS));
            assertThat(outcome.kills()).as("kills").isPositive();
        }
    }
}
