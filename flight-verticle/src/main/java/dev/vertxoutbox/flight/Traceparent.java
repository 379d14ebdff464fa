package dev.vertxoutbox.flight;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What identifies a request from the client to the last consumer of its event: the client's own trace context, or one made
 * here. It is in the answer, in the event, and in the log of a request that fails.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C trace context, version 00</a>
 */
final class Traceparent {

    private static final CharSequence HEADER = HttpHeaders.createOptimized("traceparent");

    /** All-zero ids are invalid. */
    private static final Pattern VALID = Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private static final int TRACE_ID = 3;
    private static final int SPAN_ID = TRACE_ID + 32 + 1;
    private static final int FLAGS = SPAN_ID + 16 + 1;

    private Traceparent() {}

    /** What the client sent; null if that is nothing, or not valid: a broken one must not break the request. */
    static @Nullable String given(HttpServerRequest request) {
        String given = request.getHeader(HEADER);
        return given != null && VALID.matcher(given).matches() ? given : null;
    }

    /** Tells the client by what its request is identified. */
    static void answer(HttpServerRequest request, String traceparent) {
        request.response().putHeader(HEADER, traceparent);
    }

    /** What the client of a request that was identified is told. */
    static String answered(HttpServerResponse response) {
        return response.headers().get(HEADER);
    }

    static String of(SpanContext span) {
        return "00-" + span.getTraceId() + "-" + span.getSpanId() + "-"
                + span.getTraceFlags().asHex();
    }

    /** A context whose span is the one named. */
    static Context context(String valid) {
        SpanContext remote = SpanContext.createFromRemoteParent(
                traceId(valid), spanId(valid), TraceFlags.fromHex(valid, FLAGS), TraceState.getDefault());
        return Context.root().with(Span.wrap(remote));
    }

    /** Says in a log line to which trace it belongs. */
    static LoggingEventBuilder addTo(LoggingEventBuilder line, String valid) {
        return line.addKeyValue("traceId", () -> traceId(valid)).addKeyValue("spanId", () -> spanId(valid));
    }

    /** Not sampled: nothing is recorded here. The numbers are in no way secret. */
    static String make() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        HexFormat hex = HexFormat.of();
        return "00-" + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong() | 1) + "-"
                + hex.toHexDigits(random.nextLong() | 1) + "-00";
    }

    private static String traceId(String valid) {
        return valid.substring(TRACE_ID, SPAN_ID - 1);
    }

    private static String spanId(String valid) {
        return valid.substring(SPAN_ID, FLAGS - 1);
    }
}
