package dev.vertxoutbox.flight;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class Uuid7Test {
    private static final Instant NOW = Instant.parse("2026-12-10T14:03:11.402Z");

    @Test
    void idsHaveVersionVariantAndTime() {
        UUID id = new Uuid7(Clock.fixed(NOW, ZoneOffset.UTC)).next();
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void idsAscendAsTextAndWithoutRepetitionThoughTheClockStandsStill() {
        Uuid7 ids = new Uuid7(Clock.fixed(NOW, ZoneOffset.UTC));
        Set<UUID> seen = new HashSet<>();
        String last = "";
        for (int i = 0; i < 10_000; i++) {
            UUID id = ids.next();
            assertThat(id.toString()).isGreaterThan(last);
            assertThat(id.version()).isEqualTo(7);
            assertThat(seen.add(id)).isTrue();
            last = id.toString();
        }
    }

    @Test
    void idsAscendThoughTheClockIsSetBack() {
        Instant[] time = {NOW};
        Uuid7 ids = new Uuid7(new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return time[0];
            }
        });
        String before = ids.next().toString();
        time[0] = NOW.minusSeconds(3600);
        assertThat(ids.next().toString()).isGreaterThan(before);
    }
}
