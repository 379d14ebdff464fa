package dev.vertxoutbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventOrderTest {

    @ParameterizedTest
    @CsvSource({
        ",, UNKNOWN",
        ", 7, UNKNOWN",
        "1,, IN_ORDER",
        "2,, GAP",
        "8, 7, IN_ORDER",
        "9, 7, GAP",
        "7, 7, LATE",
        "1, 7, LATE",
        "0,, IN_ORDER",
    })
    void sequenceIsComparedWithTheLastOneSeen(@Nullable Long sequence, @Nullable Long last, EventOrder order) {
        assertThat(EventOrder.of(sequence, last)).isEqualTo(order);
    }
}
