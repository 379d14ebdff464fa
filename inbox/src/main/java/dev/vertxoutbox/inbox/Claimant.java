package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Set;
import java.util.function.Function;

/** An event that is to take effect once, and the promise that tells how that ended. */
final class Claimant {
    private record Subject(String source, String subject) {}

    private final InboxEvent event;
    private final Function<Seen, Effect> effect;
    private final Attempt attempt;
    private final Set<Object> keys;
    private final Promise<Seen> outcome = Promise.promise();

    /** @param effect what to do, given what was seen before; what it throws comes back as it is */
    Claimant(InboxEvent event, Function<Seen, Effect> effect, Attempt attempt) {
        this.event = event;
        this.effect = effect;
        this.attempt = attempt;
        this.keys = event.sequence() == null
                ? Set.of(event.id())
                : Set.of(event.id(), new Subject(event.source(), event.subject()));
    }

    InboxEvent event() {
        return event;
    }

    Attempt attempt() {
        return attempt;
    }

    /**
     * The event's id and, if it is numbered, its subject. Of those with a key in common only one can be in a transaction,
     * as the id is claimed once and the subject's position moves once in a statement.
     */
    Set<Object> keys() {
        return keys;
    }

    Effect effect(Seen seen) {
        return effect.apply(seen);
    }

    /** What was seen before, once the effect is committed, if not before; or why it is not. */
    Future<Seen> outcome() {
        return outcome.future();
    }

    boolean isSettled() {
        return outcome.future().isComplete();
    }

    void applied(Seen seen) {
        outcome.complete(seen);
    }

    void failed(Throwable failure) {
        outcome.fail(failure);
    }
}
