package dev.vertxoutbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderCheckTest {
    private static final Instant FIRST = Instant.parse("2026-01-02T03:04:05Z");
    private static final int MOST_RECEIVES = 10;

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "1, 2, 4", "5, 3, 16", "21, 4, 9", "29.5, 5, 1", "-60, 4, 30"})
    void eventThatComesTooEarlyWaitsLongerEachTimeButNotPastItsPatience(double age, int receives, long wait) {
        OrderCheck check = check(age);

        assertThatExceptionOfType(SequenceGapException.class)
                .isThrownBy(() -> check.check(event(5L), received(receives), 3L))
                .satisfies(gap -> assertThat(gap.waitTime()).isEqualTo(Duration.ofSeconds(wait)));
    }

    @ParameterizedTest
    @CsvSource({"30, 5, 3", "600, 1, 3", "0, 6, 3", "5, 2, "})
    void eventIsHandedOnWhenItsPatienceOrHalfOfItsReceivesAreOver(double age, int receives, @Nullable Long last) {
        assertThat(check(age).check(event(5L), received(receives), last)).isEqualTo(EventOrder.GAP);
    }

    @Test
    void eventThatIsNextOrLateOrNotNumberedDoesNotWait() {
        assertThat(check(0).check(event(4L), received(1), 3L)).isEqualTo(EventOrder.IN_ORDER);
        assertThat(check(0).check(event(2L), received(1), 3L)).isEqualTo(EventOrder.LATE);
        assertThat(check(0).check(event(null), received(1), null)).isEqualTo(EventOrder.UNKNOWN);
    }

    private static OrderCheck check(double ageSeconds) {
        Instant now = FIRST.plusMillis((long) (ageSeconds * 1_000));
        return new OrderCheck(() -> MOST_RECEIVES, Duration.ofSeconds(30), Clock.fixed(now, ZoneOffset.UTC));
    }

    private static Delivery received(int times) {
        return new Delivery("m", "r", "g", times, FIRST, "");
    }

    private static InboxEvent event(@Nullable Long sequence) {
        return new InboxEvent(
                UUID.randomUUID(), "t", "/s", "a", FIRST, sequence, null, new JsonObject(), EventOrder.UNKNOWN);
    }
}
