package dev.vertxoutbox.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.faults.FaultRun.Settings;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Short runs with every kind of fault; how to play a longer one, or a seed again, is in docs/guarantees.md. */
class FaultsIT {
    private static final long SEED = 1;

    @Test
    void nothingIsLostDoubledOrReorderedWhateverFails() {
        assertThat(new FaultRun(Settings.brief(SEED)).run().complaints()).isEmpty();
    }

    @Test
    void norIsItWhenFaultsComeInAnotherOrderEachTime() {
        long seed = new SplittableRandom().nextLong(1_000_000);

        assertThat(new FaultRun(Settings.brief(seed)).run().complaints())
                .as("seed " + seed)
                .isEmpty();
    }
}
