package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.ClaimedEvent;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Sends the claimed events of one drain: several requests under way at once, each with events of different subjects, and
 * of each subject one event at a time. Afterwards each event is accepted, rejected, failed, or was not sent.
 */
final class Sending {

    /** Requests under way at once. */
    static final int WINDOW = 4;

    /** SQS's limit. */
    static final int MAX_ENTRIES = 10;

    private final Destination destination;
    private final Lineup lineup;
    private final BooleanSupplier mayGoOn;
    private final Promise<Void> done = Promise.promise();
    private int underWay;

    private final List<ClaimedEvent> accepted = new ArrayList<>();
    private final Map<String, List<ClaimedEvent>> rejected = new LinkedHashMap<>();
    private final Map<ClaimedEvent, String> failed = new LinkedHashMap<>();
    private final List<ClaimedEvent> unanswered = new ArrayList<>();

    /** @param mayGoOn asked before each request; if not, what is under way is waited for and nothing else is sent */
    Sending(Destination destination, Lineup lineup, BooleanSupplier mayGoOn) {
        this.destination = destination;
        this.lineup = lineup;
        this.mayGoOn = mayGoOn;
    }

    /** Completes when nothing is under way and nothing else is to be sent. Does not fail. */
    Future<Void> run() {
        sendNext();
        return done.future();
    }

    List<ClaimedEvent> accepted() {
        return accepted;
    }

    /** Events that can never be sent, by the reason. */
    Map<String, List<ClaimedEvent>> rejected() {
        return rejected;
    }

    /** Events that SQS would not take just now, and why. */
    Map<ClaimedEvent, String> failed() {
        return failed;
    }

    /** Events that may be sent as soon as the queue takes requests. */
    Stream<ClaimedEvent> left() {
        return Stream.concat(unanswered.stream(), lineup.left());
    }

    private void sendNext() {
        while (underWay < WINDOW && mayGoOn.getAsBoolean()) {
            List<Entry> batch = nextBatch();
            if (batch.isEmpty()) {
                break;
            }
            underWay++;
            destination.send(batch).onComplete(result -> {
                underWay--;
                answered(batch, result);
                sendNext();
            });
        }
        if (underWay == 0) {
            done.tryComplete();
        }
    }

    private List<Entry> nextBatch() {
        List<Entry> batch = new ArrayList<>(MAX_ENTRIES);
        int bytes = 0;
        for (ClaimedEvent event = lineup.peek(); event != null && batch.size() < MAX_ENTRIES; event = lineup.peek()) {
            Entry entry = Entry.of(event);
            String fault = destination.fault(entry);
            if (fault != null) {
                reject(event, fault);
            } else if (batch.isEmpty() || bytes + entry.bytes() <= Entry.MAX_BYTES) {
                batch.add(entry);
                bytes += entry.bytes();
            } else {
                break;
            }
            lineup.take();
        }
        return batch;
    }

    private void answered(List<Entry> batch, AsyncResult<List<Outcome>> result) {
        if (result.failed()) { // The destination has noted it; the events stay where they are.
            batch.forEach(entry -> unanswered.add(entry.event()));
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            ClaimedEvent event = batch.get(i).event();
            Outcome outcome = result.result().get(i);
            if (outcome instanceof Outcome.Accepted) {
                accepted.add(event);
                lineup.advance(event);
            } else if (outcome instanceof Outcome.Rejected rejection) {
                reject(event, rejection.reason());
            } else if (outcome instanceof Outcome.Failed failure) {
                failed.put(event, failure.reason());
            }
        }
    }

    private void reject(ClaimedEvent event, String reason) {
        rejected.computeIfAbsent(reason, key -> new ArrayList<>()).add(event);
    }
}
