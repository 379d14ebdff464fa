package dev.vertxoutbox.launcher;

import dev.vertxoutbox.inbox.InboxStatus;
import dev.vertxoutbox.relay.RelayStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the state of a role means for its health. Without notifications or its queue it is degraded, not down: bookings are
 * taken, events wait, and no restart would help.
 */
final class RoleCondition {
    private RoleCondition() {}

    static Condition of(RelayStatus relay) {
        List<String> failing = relay.openCircuits().entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        JsonObject data =
                new JsonObject().put("listening", relay.listening()).put("openCircuits", new JsonArray(failing));
        if (relay.databaseError() != null) {
            return Condition.down("database: " + relay.databaseError()).withData(data);
        }
        List<String> reasons = new ArrayList<>();
        if (!relay.listening()) {
            reasons.add("listener: no notifications, events wait for the poll");
        }
        failing.forEach(topic -> reasons.add("queue: that of topic " + topic + " takes no messages, its events wait"));
        return Condition.degraded(reasons).withData(data);
    }

    static Condition of(InboxStatus inbox) {
        JsonObject data = new JsonObject().put("consuming", inbox.ok());
        if (inbox.failingSince() != null) {
            data.put("failingSince", inbox.failingSince().toString());
        }
        if (inbox.lastError() != null) {
            data.put("lastError", inbox.lastError());
        }
        if (inbox.ok()) {
            return Condition.up().withData(data);
        }
        // Without a beginning it is no outage: it has not started or is stopped.
        Condition condition = inbox.failingSince() == null
                ? Condition.down("consumer: " + inbox.lastError())
                : Condition.degraded(List.of("consumer: events wait, " + inbox.lastError()));
        return condition.withData(data);
    }
}
