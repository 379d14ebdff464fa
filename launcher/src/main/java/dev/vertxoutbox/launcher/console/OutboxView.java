package dev.vertxoutbox.launcher.console;

import dev.vertxoutbox.outbox.Backlog;
import dev.vertxoutbox.outbox.ListedEvent;
import dev.vertxoutbox.outbox.OutboxAdmin;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Looks into the outbox: how much waits, the first of it, and which topics are paused. On one connection. */
final class OutboxView {

    private static final int PENDING = 8;
    private static final int PARKED = 20;

    private final OutboxAdmin outbox;

    OutboxView(OutboxAdmin outbox) {
        this.outbox = outbox;
    }

    /** Completes with {@code backlog}, {@code paused} and {@code events}; no payloads. */
    Future<JsonObject> look() {
        JsonObject seen = new JsonObject();
        return outbox.backlog()
                .compose(backlog -> {
                    seen.put("backlog", json(backlog));
                    return outbox.pausedTopics();
                })
                .compose(paused -> {
                    seen.put("paused", sorted(paused));
                    return outbox.pending(null, null, null, PENDING);
                })
                .compose(pending -> outbox.parked(null, null, null, PARKED)
                        .map(parked ->
                                new JsonObject().put("pending", json(pending)).put("parked", json(parked))))
                .map(events -> seen.put("events", events));
    }

    private static JsonObject json(Backlog backlog) {
        return new JsonObject()
                .put("pending", backlog.pending())
                .put("parked", backlog.parked())
                .put("oldestAgeSeconds", backlog.oldestAge().toMillis() / 1000.0);
    }

    private static JsonArray sorted(Set<String> topics) {
        return new JsonArray(List.copyOf(new TreeSet<>(topics)));
    }

    private static JsonArray json(List<ListedEvent> events) {
        return new JsonArray(events.stream().map(OutboxView::json).toList());
    }

    private static JsonObject json(ListedEvent event) {
        JsonObject json = new JsonObject()
                .put("id", event.id().toString())
                .put("topic", event.topic())
                .put("subject", event.subject())
                .put("type", event.type())
                .put("time", event.time().toInstant().toString());
        return event.reason() == null ? json : json.put("reason", event.reason());
    }
}
