package dev.vertxoutbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InboxConfigTest {
    private static final InboxConfig DEFAULTS = InboxConfig.of("payment", "http://localhost/q.fifo");

    @Test
    void eachValueCanBeChangedAlone() {
        InboxConfig changed = DEFAULTS.withPollers(3)
                .withMaxInFlight(20)
                .withVisibilityTimeout(Duration.ofSeconds(4))
                .withLongPoll(Duration.ofSeconds(5))
                .withHandlerTimeout(Duration.ofSeconds(6))
                .withMaxBackoff(Duration.ofSeconds(7))
                .withRetention(Duration.ofDays(16))
                .withGapPatience(Duration.ofSeconds(8));

        assertThat(changed)
                .isEqualTo(new InboxConfig(
                        "payment",
                        "http://localhost/q.fifo",
                        3,
                        20,
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(7),
                        Duration.ofDays(16),
                        Duration.ofSeconds(8)));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("pollers", change(config -> config.withPollers(0))),
                Arguments.of("maxInFlight", change(config -> config.withMaxInFlight(0))),
                Arguments.of("visibilityTimeout", change(config -> config.withVisibilityTimeout(Duration.ZERO))),
                Arguments.of("longPoll", change(config -> config.withLongPoll(Duration.ofSeconds(21)))),
                Arguments.of("handlerTimeout", change(config -> config.withHandlerTimeout(Duration.ZERO))),
                Arguments.of("maxBackoff", change(config -> config.withMaxBackoff(Duration.ofHours(12)))),
                Arguments.of("retention", change(config -> config.withRetention(Duration.ofDays(14)))),
                Arguments.of("gapPatience", change(config -> config.withGapPatience(Duration.ofMinutes(11)))));
    }

    private static UnaryOperator<InboxConfig> change(UnaryOperator<InboxConfig> change) {
        return change;
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void valueOutOfItsRangeIsNamed(String name, UnaryOperator<InboxConfig> change) {
        assertThatThrownBy(() -> change.apply(DEFAULTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + " must be ");
    }
}
