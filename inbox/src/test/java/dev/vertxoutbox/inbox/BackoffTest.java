package dev.vertxoutbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void delaysAreRandomUpToALimitThatDoublesFrom100MillisecondsTo10Seconds() {
        Backoff backoff = new Backoff();
        long longest = 0;

        for (int n = 0; n < 1_000; n++) {
            long delay = backoff.nextMillis();
            assertThat(delay).isBetween(1L, Math.min(100L << Math.min(n, 20), 10_000L));
            longest = Math.max(longest, delay);
        }

        assertThat(longest).isGreaterThan(5_000);
        backoff.reset();
        assertThat(backoff.nextMillis()).isLessThanOrEqualTo(100);
    }
}
