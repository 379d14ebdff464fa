package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What a consumer does with the events of one type, in two steps: {@link #prepare} may talk to the world, and the
 * {@link Effect} it answers with is applied in the one transaction that also records the event as processed.
 *
 * <p>A delivery that fails or times out in either step is given back to the queue with a backoff, together with the
 * later messages of its group that are held, and comes again. So {@code prepare} may run several times for one event;
 * the effect is committed once.
 */
@FunctionalInterface
public interface EventHandler {

    /**
     * Runs outside any transaction, for calls that must not hold a database connection, such as to a payment gateway.
     * It may be called again for the same event after a crash or a failure, so remote calls pass {@code event.id()} as
     * their idempotency key. It is not called for an event that this consumer has already processed.
     *
     * @param event the event delivered
     * @return the effect to commit; a failure gives the message back, except {@link MalformedEventException}, which
     *     sends it to the dead-letter queue at once
     */
    Future<Effect> prepare(InboxEvent event);

    /**
     * A handler that needs nothing but the database. For it the engine leaves out the look whether the event was
     * processed before, as only the transaction does anything.
     *
     * @param effect called in the transaction that records the event as processed
     * @return the handler
     */
    static EventHandler transactional(BiFunction<SqlConnection, InboxEvent, Future<Void>> effect) {
        return new TransactionalHandler(event -> tx -> effect.apply(tx, event));
    }

    /**
     * A handler like {@link #transactional} that is called once for all of its events which share a transaction, so that it
     * can write them with one statement. The guarantees are the same: all or none of the effects are committed, and when
     * they fail, each is applied again in a transaction of its own, by a call with that event alone.
     *
     * @param effect called with 1 to 250 events, in the order in which they came: all different, of different message
     *     groups, and of different subjects where they are numbered. Registered for several types, it gets them together
     * @return the handler
     */
    static EventHandler batched(BiFunction<SqlConnection, List<InboxEvent>, Future<Void>> effect) {
        return new TransactionalHandler(event -> new BatchedEffect(effect, event));
    }
}
