package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.ClaimedEvent;
import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.OutboxStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the oldest events of one lane: one transaction that holds the lane's lock, so that no other relay sends them at
 * the same time. Each round sends the next event of each subject and deletes what was acknowledged.
 */
final class Drain {

    /** How a drain ended. */
    enum Result {
        /** Everything that was found is sent. */
        SENT,
        /** There may be more to send right now. */
        MORE,
        /** The lane had no events. */
        EMPTY,
        /** Another relay is at it. */
        LOCKED,
        /** An entry must be sent again, after a while. */
        FAILED,
        /** The queue takes nothing at the moment. */
        UNREACHABLE
    }

    static final int MAX_EVENTS = 500;
    static final long MAX_BYTES = 1024 * 1024;

    /** Requests under way at once. */
    private static final int WINDOW = 4;

    /**
     * Nothing claimed longer ago is sent. A relay that was stopped may have lost the lock without learning of it; what
     * it still sends after that is a duplicate, and within five minutes SQS drops it.
     */
    static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final Logger log = LoggerFactory.getLogger(Drain.class);

    private final OutboxStore store;
    private final Lane lane;
    private final Destination destination;
    private long claimedAtNanos;
    private boolean full;
    private boolean failed;

    Drain(OutboxStore store, Lane lane, Destination destination) {
        this.store = store;
        this.lane = lane;
        this.destination = destination;
    }

    Future<Result> run(Pool pool) {
        return pool.withTransaction(tx ->
                store.tryLock(tx, lane).compose(locked -> locked ? drain(tx) : Future.succeededFuture(Result.LOCKED)));
    }

    private Future<Result> drain(SqlConnection tx) {
        claimedAtNanos = System.nanoTime();
        return store.claim(tx, lane, MAX_EVENTS, MAX_BYTES).compose(events -> {
            if (events.isEmpty()) {
                return Future.succeededFuture(Result.EMPTY);
            }
            full = events.size() == MAX_EVENTS || mostBytes(events) >= MAX_BYTES;
            Subjects subjects = new Subjects(
                    events.stream().filter(event -> !event.blocked()).toList());
            return parkBlocked(tx, events).compose(parked -> nextRound(tx, subjects));
        });
    }

    private Future<Result> nextRound(SqlConnection tx, Subjects subjects) {
        if (subjects.isEmpty()) {
            return Future.succeededFuture(failed ? Result.FAILED : full ? Result.MORE : Result.SENT);
        }
        if (destination.isOpen()) {
            return Future.succeededFuture(Result.UNREACHABLE);
        }
        if (isOld()) {
            return Future.succeededFuture(Result.MORE);
        }
        Round round = new Round();
        return send(subjects.heads(), round)
                .compose(sent -> settle(tx, round))
                .compose(settled -> nextRound(tx, afterwards(subjects, round)));
    }

    private Future<Void> send(List<ClaimedEvent> heads, Round round) {
        List<Entry> entries = new ArrayList<>(heads.size());
        for (ClaimedEvent event : heads) {
            Entry entry = Entry.of(event);
            String fault = entry.fault();
            if (fault == null) {
                entries.add(entry);
            } else {
                round.add(event, new Outcome.Rejected(fault));
            }
        }
        Deque<List<Entry>> batches = Batches.of(entries);
        return Future.join(Stream.generate(() -> sendNext(batches, round))
                        .limit(Math.min(WINDOW, batches.size()))
                        .toList())
                .mapEmpty();
    }

    /** Sends batch after batch, until there is none, or the queue takes none. */
    private Future<Void> sendNext(Deque<List<Entry>> batches, Round round) {
        List<Entry> batch = destination.isOpen() || isOld() ? null : batches.poll();
        if (batch == null) {
            return Future.succeededFuture();
        }
        return destination
                .send(batch)
                .map(outcomes -> {
                    for (int i = 0; i < outcomes.size(); i++) {
                        round.add(batch.get(i).event(), outcomes.get(i));
                    }
                    return true;
                })
                .otherwise(false) // The circuit has noted it; the events stay where they are.
                .compose(answered -> sendNext(batches, round));
    }

    private Future<Void> settle(SqlConnection tx, Round round) {
        destination.meters().settled(round);
        Future<Void> settled = round.accepted().isEmpty()
                ? Future.succeededFuture()
                : store.delete(tx, lane, seqs(round.accepted().stream()));
        for (Map.Entry<ClaimedEvent, String> rejection : round.rejected().entrySet()) {
            settled = settled.compose(done -> park(tx, rejection.getKey(), rejection.getValue()));
        }
        return settled;
    }

    private Future<Void> park(SqlConnection tx, ClaimedEvent event, String reason) {
        log.atError()
                .addKeyValue("eventId", event.id())
                .addKeyValue("eventType", event.type())
                .addKeyValue("topic", event.topic())
                .addKeyValue("reason", reason)
                .log("Parked an event that cannot be sent; its subject waits until it is retried or discarded");
        return store.park(tx, lane, event.seq(), reason);
    }

    private Subjects afterwards(Subjects subjects, Round round) {
        round.accepted().forEach(subjects::advance);
        round.rejected().keySet().forEach(subjects::holdBack);
        round.failed().forEach(subjects::holdBack);
        failed |= !round.failed().isEmpty();
        full |= !round.rejected().isEmpty(); // What waits behind a parked event is to be moved behind it.
        return subjects;
    }

    private Future<Void> parkBlocked(SqlConnection tx, List<ClaimedEvent> events) {
        List<Long> blocked = seqs(events.stream().filter(ClaimedEvent::blocked));
        return blocked.isEmpty() ? Future.succeededFuture() : store.parkBehind(tx, lane, blocked);
    }

    private boolean isOld() {
        return System.nanoTime() - claimedAtNanos > MAX_AGE_NANOS;
    }

    private static List<Long> seqs(Stream<ClaimedEvent> events) {
        return events.map(ClaimedEvent::seq).toList();
    }

    /** The payloads' size in UTF-8 is not larger. */
    private static long mostBytes(List<ClaimedEvent> events) {
        return events.stream().mapToLong(event -> 3L * event.data().length()).sum();
    }
}
