package dev.vertxoutbox.inbox;

import io.opentelemetry.api.trace.Span;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One try to process one delivery, within a time limit. What it does after the limit is never committed. */
final class Attempt {
    private final Context context;
    private final long deadlineNanos;
    private final Delivery delivery;
    private boolean abandoned;
    private @Nullable InboxEvent event;
    private Span span = Span.getInvalid();

    Attempt(Context context, Duration limit, Delivery delivery) {
        this.context = context;
        this.delivery = delivery;
        this.deadlineNanos = System.nanoTime() + limit.toNanos();
    }

    Delivery delivery() {
        return delivery;
    }

    /** {@return the event} */
    InboxEvent isAbout(InboxEvent parsed, Span started) {
        event = parsed;
        span = started;
        return parsed;
    }

    /** That of this try; one that records nothing until the message is read, and when nothing is traced. */
    Span span() {
        return span;
    }

    /** The event, as far as the message could be read. */
    @Nullable
    InboxEvent event() {
        return event;
    }

    long remainingMillis() {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()));
    }

    /** The try is over, without success. */
    void abandon() {
        abandoned = true;
    }

    /** Calls foreign code: what it throws becomes a failure, and what it answers comes back to the inbox's context. */
    <T> Future<T> guard(Callable<Future<T>> foreign) {
        Future<T> answer;
        try {
            answer = foreign.call();
        } catch (Exception thrown) {
            return Future.failedFuture(thrown);
        }
        return Future.fromCompletionStage(answer.toCompletionStage(), context);
    }

    boolean isAbandoned() {
        return abandoned;
    }

    Future<Void> checkNotAbandoned() {
        return abandoned
                ? Future.failedFuture(new TimeoutException("The message was given back meanwhile"))
                : Future.succeededFuture();
    }
}
