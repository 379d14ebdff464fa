package dev.vertxoutbox.payment;

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

/**
 * Asks a gateway until it answers: calls that fail or take too long are repeated under their own key, with pauses that
 * grow, and wait while the {@link Circuit} is open. Used on the context that it is created on.
 *
 * <p>A message whose payment waits is held, not given back: each receive would use up one of the tries that the queue's
 * redrive policy grants, and a long outage send it to the dead-letter queue. What waits counts as in flight, so that the
 * inbox soon polls no more.
 */
final class RetryingGateway implements PaymentGateway {

    private final Vertx vertx;
    private final Context context;
    private final PaymentGateway gateway;
    private final Circuit circuit;
    private final Patience patience;
    private final Runnable onFailure;
    private final Set<Request<?>> pausing = new HashSet<>();
    private boolean closed;

    /** @param onFailure called for each call without an answer */
    RetryingGateway(Vertx vertx, PaymentGateway gateway, Patience patience, Runnable onFailure) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.gateway = gateway;
        this.circuit = new Circuit(vertx, patience);
        this.patience = patience;
        this.onFailure = onFailure;
    }

    @Override
    public Future<Authorization> authorize(UUID idempotencyKey, UUID bookingId, Money amount) {
        return ask(() -> gateway.authorize(idempotencyKey, bookingId, amount));
    }

    @Override
    public Future<Void> cancel(UUID idempotencyKey, UUID chargeKey, UUID bookingId) {
        return ask(() -> gateway.cancel(idempotencyKey, chargeKey, bookingId));
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

    private <T> Future<T> ask(Supplier<Future<T>> call) {
        Request<T> request = new Request<>(call);
        request.next();
        return request.answer.future();
    }

    private final class Request<T> {
        private final Supplier<Future<T>> call;
        private final Promise<T> answer = Promise.promise();
        private final long deadlineNanos = System.nanoTime() + patience.total().toNanos();
        private int failures;
        private long pauseTimer;
        private @Nullable Throwable lastFailure;

        Request(Supplier<Future<T>> call) {
            this.call = call;
        }

        void next() {
            circuit.permit(deadlineNanos).onSuccess(permitted -> call()).onFailure(answer::fail);
        }

        private void call() {
            // In compose, so that what the gateway throws is a failure as well.
            Future<T> called = Future.succeededFuture().compose(go -> call.get());
            Future.fromCompletionStage(called.toCompletionStage(), context)
                    .timeout(patience.call().toMillis(), TimeUnit.MILLISECONDS)
                    .onComplete(this::ended);
        }

        private void ended(AsyncResult<T> result) {
            Throwable failure = result.cause();
            if (failure == null || failure instanceof KeyReusedException) {
                circuit.succeeded();
                answer.handle(result);
                return;
            }
            onFailure.run();
            circuit.failed(failure);
            lastFailure = failure;
            failures++;
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
