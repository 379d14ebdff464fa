package dev.vertxoutbox.faults;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Remembers which events were sent to SQS, by whom and with what answer. */
final class SqsJournal {
    private final Map<String, Integer> accepted = new ConcurrentHashMap<>();
    private final Map<String, Queue<String>> lines = new ConcurrentHashMap<>();
    private final Set<String> acceptedInCalm = ConcurrentHashMap.newKeySet();
    private final Queue<String> repeatedInCalm = new ConcurrentLinkedQueue<>();
    private volatile boolean calm;

    /** From now on nothing goes wrong, so that no event may be sent twice; or no longer so. */
    void calm(boolean now) {
        acceptedInCalm.clear();
        calm = now;
    }

    /** Events that were accepted twice while nothing went wrong. */
    List<String> repeatedInCalm() {
        return List.copyOf(repeatedInCalm);
    }

    /** How many events SQS has accepted more than once. */
    long repeated() {
        return accepted.values().stream().filter(times -> times > 1).count();
    }

    /** What happened to the messages of a subject, by time. */
    List<String> of(String subject) {
        return List.copyOf(lines.getOrDefault(subject, new ConcurrentLinkedQueue<>()));
    }

    /** SQS has answered. */
    void accepted(String name, SqsCall call, SqsReply reply) {
        if (!call.isSend() || !reply.isOk()) {
            return;
        }
        List<String> ids = reply.successfulIds();
        forEach(call.entries(), entry -> {
            if (ids.contains(entry.getString("Id"))) {
                String event = entry.getString("MessageDeduplicationId");
                accepted.merge(event, 1, Integer::sum);
                if (calm && !acceptedInCalm.add(event)) {
                    repeatedInCalm.add(event + " of " + entry.getString("MessageGroupId") + " by " + name);
                }
                note(entry, name, "SQS has accepted");
            }
        });
    }

    /** The process has got this answer, or null for none. */
    void answered(String name, SqsCall call, @Nullable SqsReply reply) {
        if (call.isSend()) {
            List<String> ids = reply == null ? List.of() : reply.successfulIds();
            String otherwise = reply == null ? "got no answer" : "was answered " + reply.status() + " without success";
            forEach(
                    call.entries(),
                    entry ->
                            note(entry, name, ids.contains(entry.getString("Id")) ? "was told of success" : otherwise));
        } else if (call.action().equals("ReceiveMessage") && reply != null) {
            forEach(reply.entries("Messages"), message -> received(name, message.getString("Body")));
        }
    }

    private void received(String name, String body) {
        try {
            JsonObject event = new JsonObject(body);
            note(
                    String.valueOf(event.getValue("subject")),
                    name + " received " + event.getValue("type") + " " + event.getValue("id"));
        } catch (DecodeException bad) {
            note("no event", name + " received " + body);
        }
    }

    private void note(JsonObject entry, String name, String what) {
        String type = new JsonObject(entry.getString("MessageBody")).getString("type");
        note(
                entry.getString("MessageGroupId"),
                name + " sends " + type + " " + entry.getString("MessageDeduplicationId") + ": " + what);
    }

    private void note(String subject, String line) {
        lines.computeIfAbsent(subject, first -> new ConcurrentLinkedQueue<>()).add(Instant.now() + " " + line);
    }

    private static void forEach(JsonArray entries, Consumer<JsonObject> action) {
        for (int i = 0; i < entries.size(); i++) {
            action.accept(entries.getJsonObject(i));
        }
    }
}
