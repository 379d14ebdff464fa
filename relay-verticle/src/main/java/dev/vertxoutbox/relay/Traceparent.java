package dev.vertxoutbox.relay;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The trace context of an event. Whoever inserts a row may write any text; one that is no trace context counts as none.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C trace context</a>
 */
final class Traceparent {

    private static final Pattern VALID = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    private static final int TRACE_ID = 3;
    private static final int SPAN_ID = TRACE_ID + 32 + 1;
    private static final int FLAGS = SPAN_ID + 16 + 1;

    private Traceparent() {}

    static boolean isValid(@Nullable String text) {
        return text != null && VALID.matcher(text).matches();
    }

    /** A context whose span is the one named; the root if there is none. */
    static Context context(@Nullable String text) {
        if (text == null || !isValid(text)) {
            return Context.root();
        }
        SpanContext remote = SpanContext.createFromRemoteParent(
                traceId(text), spanId(text), TraceFlags.fromHex(text, FLAGS), TraceState.getDefault());
        return Context.root().with(Span.wrap(remote));
    }

    /** Says in a log line to which trace it belongs. */
    static LoggingEventBuilder addTo(LoggingEventBuilder line, @Nullable String text) {
        return text == null || !isValid(text)
                ? line
                : line.addKeyValue("traceId", traceId(text)).addKeyValue("spanId", spanId(text));
    }

    private static String traceId(String valid) {
        return valid.substring(TRACE_ID, SPAN_ID - 1);
    }

    private static String spanId(String valid) {
        return valid.substring(SPAN_ID, FLAGS - 1);
    }
}
