package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.ClaimedEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of the events sent in one round, each of another subject. An event in none of them was not sent. */
final class Round {

    private final List<ClaimedEvent> accepted = new ArrayList<>();
    private final Map<ClaimedEvent, String> rejected = new LinkedHashMap<>();
    private final List<ClaimedEvent> failed = new ArrayList<>();

    void add(ClaimedEvent event, Outcome outcome) {
        if (outcome instanceof Outcome.Accepted) {
            accepted.add(event);
        } else if (outcome instanceof Outcome.Rejected rejection) {
            rejected.put(event, rejection.reason());
        } else {
            failed.add(event);
        }
    }

    List<ClaimedEvent> accepted() {
        return accepted;
    }

    /** Unsendable events with the reason. */
    Map<ClaimedEvent, String> rejected() {
        return rejected;
    }

    List<ClaimedEvent> failed() {
        return failed;
    }
}
