package dev.vertxoutbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InboxEventTest {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static JsonObject envelope() {
        return new JsonObject("""
                {"specversion": "1.0", "id": "018f2f3e-9c4b-7aaa-8bbb-0123456789ab", "source": "/flight",
                 "type": "flight.booked", "subject": "b1", "time": "2026-01-02T03:04:05.678+01:00",
                 "datacontenttype": "application/json", "sequence": "1", "data": {"n": 1}}
                """).put("traceparent", TRACE);
    }

    @Test
    void allAttributesAreRead() {
        InboxEvent event = InboxEvent.parse(envelope().encode());

        assertThat(event)
                .isEqualTo(new InboxEvent(
                        UUID.fromString("018f2f3e-9c4b-7aaa-8bbb-0123456789ab"),
                        "flight.booked",
                        "/flight",
                        "b1",
                        Instant.parse("2026-01-02T02:04:05.678Z"),
                        1L,
                        TRACE,
                        new JsonObject().put("n", 1),
                        EventOrder.UNKNOWN));
    }

    @Test
    void sequenceAndTraceAreOptional() {
        JsonObject envelope = envelope();
        envelope.remove("sequence");
        envelope.remove("traceparent");

        InboxEvent event = InboxEvent.parse(envelope.encode());

        assertThat(event.sequence()).isNull();
        assertThat(event.traceparent()).isNull();
    }

    @Test
    void malformedTraceIsIgnoredAsItsStandardAsks() {
        assertThat(InboxEvent.parse(envelope().put("traceparent", "00 x").encode())
                        .traceparent())
                .isNull();
    }

    @Test
    void sequenceMayBeANumber() {
        assertThat(InboxEvent.parse(envelope().put("sequence", 2).encode()).sequence())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"specversion", "id", "source", "type", "subject", "time"})
    void missingAttributeIsNamed(String attribute) {
        JsonObject envelope = envelope();
        envelope.remove(attribute);

        assertThatThrownBy(() -> InboxEvent.parse(envelope.encode()))
                .isInstanceOf(MalformedEventException.class)
                .hasMessage(attribute + " is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "specversion, 0.3, 'specversion must be 1.0, not \"0.3\"'",
        "id, 1-1-1-1-1, 'id must be a UUID, not \"1-1-1-1-1\"'",
        "id, x, 'id must be a UUID, not \"x\"'",
        "time, yesterday, 'time must be an RFC 3339 timestamp, not \"yesterday\"'",
        "sequence, one, 'sequence must be an integer, not \"one\"'",
        "subject, 'a\0', 'subject must not contain NUL'",
        "type, ' ', 'type must be a non-blank string'",
        "data, text, 'data must be a JSON object'"
    })
    void wrongAttributeIsNamedWithWhatWasExpected(String attribute, String value, String message) {
        String body = envelope().put(attribute, value).encode();

        assertThatThrownBy(() -> InboxEvent.parse(body))
                .isInstanceOf(MalformedEventException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"source", "subject"})
    void attributeThatIsTooLongToRememberAPositionUnderIsNamed(String attribute) {
        JsonObject envelope = envelope().put(attribute, "s".repeat(257));

        assertThatThrownBy(() -> InboxEvent.parse(envelope.encode()))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageStartingWith(attribute + " of a numbered event must not be longer");
        envelope.remove("sequence");
        assertThat(InboxEvent.parse(envelope.encode()).sequence()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "7", "{", "{\"id\": "})
    void whatIsNotAnObjectIsRefused(String body) {
        assertThatThrownBy(() -> InboxEvent.parse(body))
                .isInstanceOf(MalformedEventException.class)
                .hasMessage("The body is not a JSON object");
    }
}
