package dev.vertxoutbox.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.faults.FaultRun.Settings;
import org.junit.jupiter.api.Test;

/** A short run with every kind of fault; how to play a longer one, or another seed, is in docs/guarantees.md. */
class FaultsIT {
    private static final long SEED = 1;

    @Test
    void nothingIsLostDoubledOrReorderedWhateverFails() {
        assertThat(new FaultRun(Settings.brief(SEED)).run().complaints()).isEmpty();
    }
}
