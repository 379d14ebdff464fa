package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLinesTest {

    @Test
    void keyValuesAreFieldsBesideThoseOfTheLine() {
        LoggingEvent event = event("Sent \"it\"\nat last", null);
        event.addKeyValuePair(new KeyValuePair("attempt", 2));
        event.addKeyValuePair(new KeyValuePair("complete", true));
        event.addKeyValuePair(new KeyValuePair("subject", "a"));
        event.addKeyValuePair(new KeyValuePair("queue", null));
        event.addKeyValuePair(new KeyValuePair("level", "not that of the line"));

        assertThat(line(event))
                .isEqualTo(new JsonObject()
                        .put("timestamp", "2027-03-01T09:00:00.120Z")
                        .put("level", "WARN")
                        .put("logger", "dev.vertxoutbox.X")
                        .put("thread", "main")
                        .put("message", "Sent \"it\"\nat last")
                        .put("attempt", 2)
                        .put("complete", true)
                        .put("subject", "a")
                        .put("queue", "null"));
    }

    @Test
    void failureIsToldWithItsCauses() {
        JsonObject line = line(event("x", new IllegalStateException("outer", new IllegalArgumentException("inner"))));

        assertThat(line.getString("stackTrace"))
                .contains("IllegalStateException: outer", "Caused by: java.lang.IllegalArgumentException: inner");
    }

    private static LoggingEvent event(String message, @Nullable Throwable failure) {
        LoggingEvent event = new LoggingEvent(
                JsonLinesTest.class.getName(),
                new LoggerContext().getLogger("dev.vertxoutbox.X"),
                Level.WARN,
                message,
                failure,
                null);
        event.setInstant(Instant.parse("2027-03-01T09:00:00.120Z"));
        event.setThreadName("main");
        return event;
    }

    /** It is one: the line's end is its last character. */
    private static JsonObject line(LoggingEvent event) {
        String line = new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
        assertThat(line).endsWith("\n").hasLineCount(1);
        return new JsonObject(line);
    }
}
