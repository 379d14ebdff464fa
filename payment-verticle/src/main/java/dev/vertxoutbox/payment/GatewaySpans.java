package dev.vertxoutbox.payment;

import dev.vertxoutbox.inbox.InboxEvent;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.vertx.core.AsyncResult;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A span for each call to the gateway, in the trace of the event that it is made for. */
final class GatewaySpans {

    private static final AttributeKey<String> PEER = AttributeKey.stringKey("peer.service");
    private static final AttributeKey<String> EVENT_ID = AttributeKey.stringKey("cloudevents.event_id");
    private static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("payment.gateway.attempt");
    private static final AttributeKey<String> ANSWER = AttributeKey.stringKey("payment.gateway.answer");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private final @Nullable Tracer tracer;

    GatewaySpans(OpenTelemetry openTelemetry) {
        this.tracer =
                openTelemetry.equals(OpenTelemetry.noop()) ? null : openTelemetry.getTracer("dev.vertxoutbox.payment");
    }

    /** @param attempt counts from 1 */
    Span start(String operation, InboxEvent cause, int attempt) {
        return tracer == null
                ? Span.getInvalid()
                : tracer.spanBuilder(operation)
                        .setSpanKind(SpanKind.CLIENT)
                        .setParent(cause.traceContext())
                        .setAttribute(PEER, "payment-gateway")
                        .setAttribute(EVENT_ID, cause.id().toString())
                        .setAttribute(ATTEMPT, attempt)
                        .startSpan();
    }

    static void end(Span span, AsyncResult<?> result) {
        Throwable failure = result.cause();
        if (failure != null) {
            span.setAttribute(ERROR_TYPE, failure.getClass().getName())
                    .setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
        } else if (result.result() instanceof PaymentGateway.Authorization answer) {
            span.setAttribute(ANSWER, answer.name().toLowerCase(Locale.ROOT));
        }
        span.end();
    }
}
