package dev.vertxoutbox.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.faults.FaultRun.Settings;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A short run with every kind of fault twice; how to play a longer one, or a seed again, is in docs/guarantees.md. */
class FaultsIT {
    private static final long SEED = 1;

    @Test
    void nothingIsLostDoubledOrReorderedWhateverFailsInOneOrderAndInAnotherEachTime() {
        List<Long> seeds = List.of(SEED, new SplittableRandom().nextLong(1_000_000));

        assertThat(new FaultRun(Settings.brief(seeds)).run().complaints())
                .as("seeds " + seeds)
                .isEmpty();
    }
}
