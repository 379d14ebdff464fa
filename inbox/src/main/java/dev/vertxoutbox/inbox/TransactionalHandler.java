package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import java.util.function.Function;

/** A handler whose {@code prepare} does nothing, so that repeating it costs nothing. */
record TransactionalHandler(Function<InboxEvent, Effect> effects) implements EventHandler {

    @Override
    public Future<Effect> prepare(InboxEvent event) {
        return Future.succeededFuture(effects.apply(event));
    }
}
