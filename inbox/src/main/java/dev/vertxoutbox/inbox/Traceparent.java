package dev.vertxoutbox.inbox;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Trace context as text.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C trace context</a>
 */
final class Traceparent {
    private static final Pattern VALID = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    private static final int TRACE_ID = 3;
    private static final int SPAN_ID = TRACE_ID + 32 + 1;
    private static final int FLAGS = SPAN_ID + 16 + 1;

    private Traceparent() {}

    static boolean isValid(String text) {
        return VALID.matcher(text).matches();
    }

    static String of(SpanContext span) {
        return "00-" + span.getTraceId() + "-" + span.getSpanId() + "-"
                + span.getTraceFlags().asHex();
    }

    static String traceId(String valid) {
        return valid.substring(TRACE_ID, SPAN_ID - 1);
    }

    static String spanId(String valid) {
        return valid.substring(SPAN_ID, FLAGS - 1);
    }

    /** A context whose span is the one named; the root without one, or with ids of zeros only. */
    static Context context(@Nullable String valid) {
        if (valid == null) {
            return Context.root();
        }
        SpanContext remote = SpanContext.createFromRemoteParent(
                traceId(valid), spanId(valid), TraceFlags.fromHex(valid, FLAGS), TraceState.getDefault());
        return Context.root().with(Span.wrap(remote));
    }
}
