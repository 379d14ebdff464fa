package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.ClaimedEvent;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A span for each try to send an event, in the trace that its row names.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/">messaging spans</a>
 */
final class SendSpans {

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION_TYPE = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> OPERATION_NAME = AttributeKey.stringKey("messaging.operation.name");
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> MESSAGE_ID = AttributeKey.stringKey("messaging.message.id");
    private static final AttributeKey<Long> BODY_SIZE = AttributeKey.longKey("messaging.message.body.size");
    private static final AttributeKey<String> EVENT_ID = AttributeKey.stringKey("cloudevents.event_id");
    private static final AttributeKey<String> EVENT_TYPE = AttributeKey.stringKey("cloudevents.event_type");
    private static final AttributeKey<String> EVENT_SUBJECT = AttributeKey.stringKey("cloudevents.event_subject");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private final @Nullable Tracer tracer;
    private final String queue;
    private final String name;

    SendSpans(OpenTelemetry openTelemetry, String queueUrl) {
        this.tracer =
                openTelemetry.equals(OpenTelemetry.noop()) ? null : openTelemetry.getTracer("dev.vertxoutbox.relay");
        this.queue = queueUrl.substring(queueUrl.lastIndexOf('/') + 1);
        this.name = "send " + queue;
    }

    /** Starts a span for each entry of a request; none if nothing is traced. */
    List<Span> start(List<Entry> batch) {
        Tracer current = tracer;
        return current == null
                ? List.of()
                : batch.stream().map(entry -> start(current, entry)).toList();
    }

    private Span start(Tracer current, Entry entry) {
        ClaimedEvent event = entry.event();
        return current.spanBuilder(name)
                .setSpanKind(SpanKind.PRODUCER)
                .setParent(Traceparent.context(event.traceparent()))
                .setAttribute(SYSTEM, "aws_sqs")
                .setAttribute(OPERATION_TYPE, "send")
                .setAttribute(OPERATION_NAME, "send")
                .setAttribute(DESTINATION, queue)
                .setAttribute(BODY_SIZE, entry.bytes())
                .setAttribute(EVENT_ID, event.id().toString())
                .setAttribute(EVENT_TYPE, event.type())
                .setAttribute(EVENT_SUBJECT, event.subject())
                .startSpan();
    }

    /** The request was answered. */
    static void end(List<Span> spans, List<Outcome> outcomes) {
        for (int i = 0; i < spans.size(); i++) {
            end(spans.get(i), outcomes.get(i));
        }
    }

    /** The request failed as a whole. */
    static void end(List<Span> spans, Throwable failure) {
        spans.forEach(span -> fail(span, failure.getClass().getName(), String.valueOf(failure.getMessage())));
    }

    private static void end(Span span, Outcome outcome) {
        if (outcome instanceof Outcome.Accepted accepted) {
            String messageId = accepted.messageId();
            if (messageId != null) {
                span.setAttribute(MESSAGE_ID, messageId);
            }
            span.end();
        } else if (outcome instanceof Outcome.Rejected rejection) {
            fail(span, "rejected", rejection.reason());
        } else if (outcome instanceof Outcome.Failed failure) {
            fail(span, "not_accepted", failure.reason());
        }
    }

    private static void fail(Span span, String type, String reason) {
        span.setAttribute(ERROR_TYPE, type).setStatus(StatusCode.ERROR, reason).end();
    }
}
