package dev.vertxoutbox.flight;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/**
 * Makes UUIDs of version 7: milliseconds since 1970, a counter, and 62 random bits.
 *
 * <p>Ids of one generator strictly ascend, even when the clock stands still or is set back. Those of different
 * generators ascend as far as their clocks agree.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7">RFC 9562, method 1 of section 6.2</a>
 */
final class Uuid7 {

    private static final int COUNTER_BITS = 12;
    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private long last; // Milliseconds and counter as one number, so that a full counter borrows from the future.

    Uuid7(Clock clock) {
        this.clock = clock;
    }

    synchronized UUID next() {
        last = Math.max(last + 1, clock.millis() << COUNTER_BITS);
        long counter = last & ((1 << COUNTER_BITS) - 1);
        long high = (last >>> COUNTER_BITS) << 16 | VERSION_7 | counter;
        return new UUID(high, VARIANT | random.nextLong() >>> 2);
    }
}
