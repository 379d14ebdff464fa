package dev.vertxoutbox.launcher;

import dev.vertxoutbox.outbox.ListedEvent;
import dev.vertxoutbox.outbox.OutboxAdmin;
import io.vertx.core.Future;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lists what waits in the outbox; retries and discards what is parked. */
final class OutboxOperations {
    private static final int DEFAULT_LIMIT = 100;

    private final OutboxAdmin outbox;

    OutboxOperations(OutboxAdmin outbox) {
        this.outbox = outbox;
    }

    Map<String, Operation> operations() {
        return Map.of(
                "listOutboxEvents", this::list, "retryParkedEvent", this::retry, "discardParkedEvent", this::discard);
    }

    private Future<Void> list(RoutingContext ctx) {
        String state = ctx.queryParams().contains("state") ? ctx.queryParams().get("state") : "pending";
        String topic = ctx.queryParams().get("topic");
        String subject = ctx.queryParams().get("subject");
        String limitText = ctx.queryParams().get("limit");
        int limit = limitText == null ? DEFAULT_LIMIT : new BigDecimal(limitText).intValueExact();
        Long after = after(ctx.queryParams().get("cursor"));
        // One more than asked for tells whether there is a next page.
        Future<List<ListedEvent>> events = state.equals("parked")
                ? outbox.parked(topic, subject, after, limit + 1)
                : outbox.pending(topic, subject, after, limit + 1);
        return events.compose(list -> Operation.json(ctx, 200, page(list, limit, state)));
    }

    private Future<Void> retry(RoutingContext ctx) {
        UUID id = UUID.fromString(ctx.pathParam("id"));
        return outbox.retry(id)
                .compose(moved -> moved == 0
                        ? notParked(id)
                        : Operation.json(
                                ctx,
                                200,
                                new JsonObject().put("id", id.toString()).put("moved", moved)));
    }

    private Future<Void> discard(RoutingContext ctx) {
        UUID id = UUID.fromString(ctx.pathParam("id"));
        return outbox.discard(id)
                .compose(discarded ->
                        discarded ? ctx.response().setStatusCode(204).end() : notParked(id));
    }

    private static Future<Void> notParked(UUID id) {
        return Future.failedFuture(new ProblemException(404, "No parked event " + id));
    }

    private static @Nullable Long after(@Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        if (!cursor.matches("\\d{1,18}")) {
            throw new ProblemException(400, "Unknown cursor '" + cursor + "': take it from 'next' of the page before");
        }
        return Long.valueOf(cursor);
    }

    private static JsonObject page(List<ListedEvent> events, int limit, String state) {
        JsonArray array = new JsonArray();
        events.stream().limit(limit).forEach(event -> array.add(toJson(event, state)));
        JsonObject page = new JsonObject().put("events", array);
        return events.size() <= limit
                ? page
                : page.put("next", Long.toString(events.get(limit - 1).seq()));
    }

    private static JsonObject toJson(ListedEvent event, String state) {
        JsonObject json = new JsonObject()
                .put("id", event.id().toString())
                .put("seq", event.seq())
                .put("topic", event.topic())
                .put("subject", event.subject())
                .put("type", event.type())
                .put("time", event.time().toInstant().toString())
                .put("state", state)
                .put("bucket", event.bucket())
                .put("data", Json.decodeValue(event.data()));
        putUnlessNull(json, "source", event.source());
        putUnlessNull(json, "sequence", event.sequence());
        putUnlessNull(json, "traceparent", event.traceparent());
        putUnlessNull(json, "reason", event.reason());
        putUnlessNull(json, "behind", event.behind());
        putUnlessNull(
                json,
                "parkedAt",
                event.parkedAt() == null ? null : event.parkedAt().toInstant().toString());
        return json;
    }

    private static void putUnlessNull(JsonObject json, String key, @Nullable Object value) {
        if (value != null) {
            json.put(key, value);
        }
    }
}
