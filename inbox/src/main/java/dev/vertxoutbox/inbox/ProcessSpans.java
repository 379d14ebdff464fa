package dev.vertxoutbox.inbox;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import org.jspecify.annotations.Nullable;

/**
 * A span for each try to process a message, in the trace that its event names.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/">messaging spans</a>
 */
final class ProcessSpans {
    /** What became of the try. */
    static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("inbox.outcome");

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION_TYPE = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> OPERATION_NAME = AttributeKey.stringKey("messaging.operation.name");
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> CONSUMER = AttributeKey.stringKey("messaging.consumer.group.name");
    private static final AttributeKey<String> MESSAGE_ID = AttributeKey.stringKey("messaging.message.id");
    private static final AttributeKey<String> EVENT_ID = AttributeKey.stringKey("cloudevents.event_id");
    private static final AttributeKey<String> EVENT_TYPE = AttributeKey.stringKey("cloudevents.event_type");
    private static final AttributeKey<String> EVENT_SUBJECT = AttributeKey.stringKey("cloudevents.event_subject");
    private static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("inbox.attempt");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private final @Nullable Tracer tracer;
    private final String queue;
    private final String name;
    private final String consumer;

    ProcessSpans(OpenTelemetry openTelemetry, InboxConfig config) {
        this.tracer =
                openTelemetry.equals(OpenTelemetry.noop()) ? null : openTelemetry.getTracer("dev.vertxoutbox.inbox");
        this.queue = config.queueUrl().substring(config.queueUrl().lastIndexOf('/') + 1);
        this.name = "process " + queue;
        this.consumer = config.consumer();
    }

    /**
     * Starts the span of a try, and tells the try what it is about.
     *
     * @return the event, whose trace context is now this span, so that whatever is caused by it follows from here
     */
    InboxEvent begin(InboxEvent event, Attempt attempt) {
        if (tracer == null) {
            return attempt.isAbout(event, Span.getInvalid());
        }
        Delivery delivery = attempt.delivery();
        Span span = tracer.spanBuilder(name)
                .setSpanKind(SpanKind.CONSUMER)
                .setParent(event.traceContext())
                .setAttribute(SYSTEM, "aws_sqs")
                .setAttribute(OPERATION_TYPE, "process")
                .setAttribute(OPERATION_NAME, "process")
                .setAttribute(DESTINATION, queue)
                .setAttribute(CONSUMER, consumer)
                .setAttribute(MESSAGE_ID, delivery.messageId())
                .setAttribute(EVENT_ID, event.id().toString())
                .setAttribute(EVENT_TYPE, event.type())
                .setAttribute(EVENT_SUBJECT, event.subject())
                .setAttribute(ATTEMPT, delivery.receives())
                .startSpan();
        return attempt.isAbout(
                span.getSpanContext().isValid() ? event.withTraceparent(Traceparent.of(span.getSpanContext())) : event,
                span);
    }

    /** The try failed; the span has yet to end. */
    static void failed(Span span, Throwable failure) {
        if (span.isRecording()) {
            Throwable cause =
                    failure instanceof HandlerFailure && failure.getCause() != null ? failure.getCause() : failure;
            span.setAttribute(ERROR_TYPE, cause.getClass().getName())
                    .setStatus(StatusCode.ERROR, String.valueOf(cause));
        }
    }
}
