package dev.vertxoutbox.outbox;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboxEventTest {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "with space", "umläut", "line\nbreak", "\u0000"})
    void subjectThatIsNoMessageGroupIdIsRefused(String subject) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OutboxEvent.of("orders", subject, "order.placed", new JsonObject()))
                .withMessageStartingWith("subject \"" + subject + "\"");
    }

    @Test
    void subjectMayHave128CharactersAndNoMore() {
        assertThatCode(() -> OutboxEvent.of("orders", "s".repeat(128), "order.placed", new JsonObject()))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OutboxEvent.of("orders", "s".repeat(129), "order.placed", new JsonObject()));
    }

    @Test
    void emptyTopicAndTypeAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OutboxEvent.of("", "1", "order.placed", new JsonObject()))
                .withMessageStartingWith("topic");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OutboxEvent.of("orders", "1", "", new JsonObject()))
                .withMessageStartingWith("type");
    }

    @Test
    void sequenceCountsFromOne() {
        OutboxEvent event = OutboxEvent.of("orders", "1", "order.placed", new JsonObject());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> event.withSequence(0L))
                .withMessageStartingWith("sequence 0");
    }
}
