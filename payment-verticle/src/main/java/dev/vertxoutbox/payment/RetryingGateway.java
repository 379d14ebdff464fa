package dev.vertxoutbox.payment;

import dev.vertxoutbox.inbox.InboxEvent;
import io.opentelemetry.api.trace.Span;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a gateway until it answers: calls that fail or take too long are repeated under their own key, with pauses that
 * grow, and wait while the {@link Circuit} is open. Used on the context that it is created on.
 *
 * <p>A message whose payment waits is held, not given back: each receive would use up one of the tries that the queue's
 * redrive policy grants, and a long outage send it to the dead-letter queue. What waits counts as in flight, so that the
 * inbox soon polls no more.
 */
final class RetryingGateway {

    private static final Logger log = LoggerFactory.getLogger(RetryingGateway.class);

    private final Vertx vertx;
    private final Context context;
    private final PaymentGateway gateway;
    private final Circuit circuit;
    private final Patience patience;
    private final GatewaySpans spans;
    private final Runnable onFailure;
    private final Set<Request<?>> pausing = new HashSet<>();
    private boolean closed;

    /** @param onFailure called for each call without an answer */
    RetryingGateway(Vertx vertx, PaymentGateway gateway, Patience patience, GatewaySpans spans, Runnable onFailure) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.gateway = gateway;
        this.circuit = new Circuit(vertx, patience);
        this.patience = patience;
        this.spans = spans;
        this.onFailure = onFailure;
    }

    /** The gateway as it is asked because of an event, in whose trace its calls are. */
    PaymentGateway because(InboxEvent event) {
        return new PaymentGateway() {
            @Override
            public Future<Authorization> authorize(UUID idempotencyKey, UUID bookingId, Money amount) {
                return ask("authorize", event, () -> gateway.authorize(idempotencyKey, bookingId, amount));
            }

            @Override
            public Future<Void> cancel(UUID idempotencyKey, UUID chargeKey, UUID bookingId) {
                return ask("cancel", event, () -> gateway.cancel(idempotencyKey, chargeKey, bookingId));
            }
        };
    }

    /** Null while it answers; readable from any thread. */
    Circuit.@Nullable Outage outage() {
        return circuit.outage();
    }

    /** Repeats nothing more: what waits fails at once, what is under way ends by itself. */
    void close() {
        closed = true;
        circuit.close();
        Set.copyOf(pausing).forEach(Request::giveUp);
    }

    private <T> Future<T> ask(String operation, InboxEvent cause, Supplier<Future<T>> call) {
        Request<T> request = new Request<>(operation, cause, call);
        request.next();
        return request.answer.future();
    }

    private final class Request<T> {
        private final String operation;
        private final InboxEvent cause;
        private final Supplier<Future<T>> call;
        private final Promise<T> answer = Promise.promise();
        private final long deadlineNanos = System.nanoTime() + patience.total().toNanos();
        private int failures;
        private long pauseTimer;
        private @Nullable Throwable lastFailure;

        Request(String operation, InboxEvent cause, Supplier<Future<T>> call) {
            this.operation = operation;
            this.cause = cause;
            this.call = call;
        }

        void next() {
            circuit.permit(deadlineNanos).onSuccess(permitted -> call()).onFailure(answer::fail);
        }

        private void call() {
            Span span = spans.start(operation, cause, failures + 1);
            // In compose, so that what the gateway throws is a failure as well.
            Future<T> called = Future.succeededFuture().compose(go -> call.get());
            Future.fromCompletionStage(called.toCompletionStage(), context)
                    .timeout(patience.call().toMillis(), TimeUnit.MILLISECONDS)
                    .onComplete(result -> {
                        GatewaySpans.end(span, result);
                        ended(result);
                    });
        }

        private void ended(AsyncResult<T> result) {
            Throwable failure = result.cause();
            if (failure == null || failure instanceof PaymentGateway.KeyReusedException) {
                circuit.succeeded();
                answer.handle(result);
                return;
            }
            onFailure.run();
            circuit.failed(failure);
            lastFailure = failure;
            failures++;
            cause.addTo(log.atWarn())
                    .addKeyValue("operation", operation)
                    .addKeyValue("attempt", failures)
                    .addKeyValue("error", failure.toString())
                    .log("The gateway gave no answer");
            if (closed || deadlineNanos - System.nanoTime() <= 0) {
                answer.fail(failure);
            } else {
                pause();
            }
        }

        private void pause() {
            long most = Math.max(1, patience.pause(failures).toMillis());
            pausing.add(this);
            pauseTimer = vertx.setTimer(1 + ThreadLocalRandom.current().nextLong(most), elapsed -> {
                pausing.remove(this);
                next();
            });
        }

        private void giveUp() {
            vertx.cancelTimer(pauseTimer);
            pausing.remove(this);
            answer.fail(lastFailure);
        }
    }
}
