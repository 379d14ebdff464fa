package dev.vertxoutbox.launcher;

import dev.vertxoutbox.outbox.Backlog;
import dev.vertxoutbox.outbox.OutboxAdmin;
import dev.vertxoutbox.relay.RelayStatus;
import dev.vertxoutbox.relay.RelayVerticle;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows what the relay of this process does; pauses and resumes topics for all relays. */
final class RelayOperations {
    private final OutboxAdmin outbox;
    private final Map<String, String> routes;
    private final Supplier<RelayStatus> status;

    private RelayOperations(OutboxAdmin outbox, Map<String, String> routes, Supplier<RelayStatus> status) {
        this.outbox = outbox;
        this.routes = new TreeMap<>(routes);
        this.status = status;
    }

    /** The operations of a process that runs {@code relay}; without one, each answers 404. */
    static Map<String, Operation> operations(
            OutboxAdmin outbox, @Nullable RelaySettings settings, @Nullable RelayVerticle relay) {
        if (settings == null || relay == null) {
            Operation none = ctx ->
                    Future.failedFuture(new ProblemException(404, "This process runs no relay; ask one that does"));
            return Map.of("relayStatus", none, "pauseRelay", none, "resumeRelay", none);
        }
        RelayOperations here = new RelayOperations(outbox, settings.routes(), relay::status);
        return Map.of(
                "relayStatus", here::show,
                "pauseRelay", ctx -> here.change(ctx, outbox::pause),
                "resumeRelay", ctx -> here.change(ctx, outbox::resume));
    }

    private Future<Void> show(RoutingContext ctx) {
        Future<Set<String>> paused = outbox.pausedTopics();
        Future<Backlog> backlog = outbox.backlog();
        return Future.all(paused, backlog)
                .compose(both -> Operation.json(ctx, 200, body(status.get(), paused.result(), backlog.result())));
    }

    private JsonObject body(RelayStatus relay, Set<String> paused, Backlog backlog) {
        JsonArray topics = new JsonArray();
        routes.forEach((topic, destination) -> topics.add(new JsonObject()
                .put("topic", topic)
                .put("destination", destination)
                .put("paused", paused.contains(topic))
                .put("circuit", relay.openCircuits().getOrDefault(topic, false) ? "open" : "closed")));
        JsonObject waiting = new JsonObject().put("pending", backlog.pending()).put("parked", backlog.parked());
        if (backlog.pending() > 0) {
            waiting.put("oldestAgeSeconds", backlog.oldestAge().toMillis() / 1000.0);
        }
        return new JsonObject()
                .put("topics", topics)
                .put("listenerUp", relay.listening())
                .put("backlog", waiting);
    }

    private Future<Void> change(RoutingContext ctx, Function<String, Future<Void>> change) {
        List<Future<Void>> changes = new ArrayList<>();
        topics(ctx.queryParams().get("topic")).forEach(topic -> changes.add(change.apply(topic)));
        return Future.all(changes)
                .compose(done -> outbox.pausedTopics())
                .map(paused -> new JsonObject().put("paused", new JsonArray(List.copyOf(new TreeSet<>(paused)))))
                .compose(paused -> Operation.json(ctx, 200, paused));
    }

    private Set<String> topics(@Nullable String topic) {
        if (topic == null) {
            return routes.keySet();
        }
        if (!routes.containsKey(topic)) {
            throw new ProblemException(
                    404, "This process routes no topic '" + topic + "', only " + String.join(", ", routes.keySet()));
        }
        return Set.of(topic);
    }
}
