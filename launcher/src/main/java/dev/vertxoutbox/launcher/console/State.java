package dev.vertxoutbox.launcher.console;

import dev.vertxoutbox.inbox.InboxStatus;
import dev.vertxoutbox.relay.RelayStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts together what the stream tells each second, schema {@code ConsoleState} of the contract. */
final class State {

    private final Subject subject;

    State(Subject subject) {
        this.subject = subject;
    }

    /**
     * The state now.
     *
     * @param total counted since the process started
     * @param rate the same per second
     * @param looked what was last seen in the outbox, null for nothing yet
     */
    JsonObject toJson(Sample sample, Reading total, Reading rate, boolean gatewayIsOut, @Nullable JsonObject looked) {
        JsonObject state = new JsonObject().put("sample", sample.toJson());
        if (subject.flight() != null) {
            state.put("flight", flight(subject.flight(), total, rate));
        }
        if (subject.relay() != null) {
            state.put("relay", relay(subject.relay(), total, rate, looked));
        }
        if (subject.payment() != null) {
            JsonObject payment = consumer(subject.payment().status(), total.paid(), rate.paid());
            state.put("payment", payment.put("gateway", gatewayIsOut ? "silent" : "answers"));
        }
        if (looked != null) {
            state.put("outbox", looked.getJsonObject("backlog", looked));
        }
        return state;
    }

    private static JsonObject flight(Subject.Flight flight, Reading total, Reading rate) {
        return consumer(flight.payments(), total.applied(), rate.applied())
                .put("booked", Numbers.orNull(total.booked()))
                .put("bookedPerSecond", Numbers.orNull(rate.booked()));
    }

    private static JsonObject consumer(Supplier<InboxStatus> status, double handled, double perSecond) {
        JsonObject json = new JsonObject()
                .put("handled", Numbers.orNull(handled))
                .put("handledPerSecond", Numbers.orNull(perSecond));
        try {
            InboxStatus now = status.get();
            json.put("ok", now.ok());
            return now.lastError() == null ? json : json.put("problem", now.lastError());
        } catch (IllegalStateException notStarted) {
            return json.put("ok", false).put("problem", "starting");
        }
    }

    private static JsonObject relay(Subject.Relay relay, Reading total, Reading rate, @Nullable JsonObject looked) {
        RelayStatus status = relay.status().get();
        JsonArray paused = looked == null ? new JsonArray() : looked.getJsonArray("paused", new JsonArray());
        JsonArray topics = new JsonArray();
        for (Map.Entry<String, String> route : new TreeMap<>(relay.routes()).entrySet()) {
            String topic = route.getKey();
            topics.add(new JsonObject()
                    .put("topic", topic)
                    .put("queue", route.getValue().substring(route.getValue().lastIndexOf('/') + 1))
                    .put("sent", Numbers.orNull(total.sent().getOrDefault(topic, 0.0)))
                    .put("sentPerSecond", Numbers.orNull(rate.sent().getOrDefault(topic, 0.0)))
                    .put("circuit", status.openCircuits().getOrDefault(topic, false) ? "open" : "closed")
                    .put("paused", paused.contains(topic)));
        }
        JsonObject json = new JsonObject()
                .put("sent", Numbers.orNull(total.allSent()))
                .put("sentPerSecond", Numbers.orNull(rate.allSent()))
                .put("listening", status.listening())
                .put("topics", topics);
        return status.databaseError() == null
                ? json
                : json.put("problem", "The database does not answer: the relay waits");
    }
}
