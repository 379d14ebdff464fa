package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Claim;
import dev.vertxoutbox.outbox.ClaimedEvent;
import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneGroup;
import dev.vertxoutbox.outbox.OutboxStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Sends the oldest events of one lane or of several: one transaction that holds the locks of the lanes, so that no other
 * relay sends them at the same time, and that deletes what was acknowledged.
 *
 * <p>Several lanes with a few events each share statements and requests. None is to wait for another's long row of events
 * of one subject: there, a drain ends when it has sent the first of each subject.
 */
final class Drain {

    /** What is known of a lane after a drain. */
    enum Result {
        /** Everything that was found is sent, parked, or to be sent again at a time that is set. */
        SENT,
        /** There may be more to send right now. */
        MORE,
        /** The lane had no events. */
        EMPTY,
        /** Another relay is at it. */
        LOCKED,
        /** More entries failed than can be kept account of. */
        FAILED,
        /** The queue takes nothing at the moment. */
        UNREACHABLE
    }

    /** Most events of one drain; several lanes get equal shares. */
    static final int MAX_EVENTS = 500;

    static final long MAX_BYTES = 1024 * 1024;

    /**
     * Nothing claimed longer ago is sent. A relay that was stopped may have lost the lock without learning of it; what
     * it still sends after that is a duplicate, and within five minutes SQS drops it.
     */
    static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final Drains all;
    private final LaneGroup lanes;
    private final Destination destination;
    private final int maxEventsPerLane;
    private long claimedAtNanos;

    Drain(Drains all, LaneGroup lanes, Destination destination) {
        this.all = all;
        this.lanes = lanes;
        this.destination = destination;
        this.maxEventsPerLane = MAX_EVENTS / lanes.buckets().size();
    }

    /** The same result for each lane. */
    static Map<Lane, Result> all(LaneGroup lanes, Result result) {
        return lanes.lanes().stream().collect(Collectors.toMap(Function.identity(), lane -> result));
    }

    Future<Map<Lane, Result>> run(Pool pool) {
        return pool.withConnection(tx -> {
            Future<Transaction> begun = tx.begin();
            return drain(tx)
                    .compose(
                            results -> begun.compose(Transaction::commit).map(results),
                            failure -> begun.compose(Transaction::rollback)
                                    .transform(rolledBack -> Future.failedFuture(failure)));
        });
    }

    /** BEGIN, lock and claim are sent without waiting in between; a claim finds nothing that the lock did not get. */
    private Future<Map<Lane, Result>> drain(SqlConnection tx) {
        claimedAtNanos = System.nanoTime();
        Future<Set<Lane>> locked = store().tryLock(tx, lanes);
        Claim claim = new Claim(lanes, all.floors(), all.setbacks().of(lanes), maxEventsPerLane, MAX_BYTES);
        Future<List<ClaimedEvent>> claimed = store().claim(tx, claim);
        return Future.all(locked, claimed).compose(both -> send(tx, locked.result(), claimed.result()));
    }

    private Future<Map<Lane, Result>> send(SqlConnection tx, Set<Lane> locked, List<ClaimedEvent> claimed) {
        List<ClaimedEvent> sendable =
                claimed.stream().filter(event -> !event.blocked()).toList();
        Lineup lineup = new Lineup(sendable, lanes.buckets().size() > 1);
        Sending sending = new Sending(destination, lineup, this::mayGoOn);
        return parkBlocked(tx, claimed)
                .compose(parked -> sending.run())
                .compose(sent -> settle(tx, sending))
                .map(settled -> results(locked, claimed, sending));
    }

    private boolean mayGoOn() {
        return !destination.isOpen() && !all.isStopping() && System.nanoTime() - claimedAtNanos <= MAX_AGE_NANOS;
    }

    private Future<Void> parkBlocked(SqlConnection tx, List<ClaimedEvent> events) {
        List<Long> blocked = seqs(events.stream().filter(ClaimedEvent::blocked));
        return blocked.isEmpty() ? Future.succeededFuture() : store().parkBehind(tx, lanes, blocked);
    }

    private Future<Void> settle(SqlConnection tx, Sending sending) {
        destination.settled(sending);
        List<Long> accepted = seqs(sending.accepted().stream());
        Future<Void> settled = accepted.isEmpty() ? Future.succeededFuture() : store().delete(tx, lanes, accepted);
        for (Map.Entry<String, List<ClaimedEvent>> rejection :
                sending.rejected().entrySet()) {
            List<Long> seqs = seqs(rejection.getValue().stream());
            settled = settled.compose(done -> store().park(tx, lanes, seqs, rejection.getKey()));
        }
        return settled;
    }

    private Map<Lane, Result> results(Set<Lane> locked, List<ClaimedEvent> claimed, Sending sending) {
        Stream.concat(sending.accepted().stream(), rejected(sending))
                .forEach(event -> all.setbacks().over(event.lane(), event.subject()));
        Map<Lane, Result> results = new HashMap<>(all(lanes, Result.LOCKED));
        boolean cut = mostBytes(claimed) >= MAX_BYTES;
        locked.forEach(lane -> results.put(lane, cut ? Result.MORE : Result.EMPTY));
        claimed.stream()
                .collect(Collectors.groupingBy(ClaimedEvent::lane, Collectors.counting()))
                .forEach((lane, events) ->
                        results.put(lane, cut || events == maxEventsPerLane ? Result.MORE : Result.SENT));
        // What waits behind a rejected event is to be moved behind it.
        rejected(sending).forEach(event -> results.put(event.lane(), Result.MORE));
        Result ofLeft = destination.isOpen() ? Result.UNREACHABLE : Result.MORE;
        sending.left().forEach(event -> results.put(event.lane(), ofLeft));
        sending.failed().forEach((event, reason) -> {
            if (!all.retryLater(event, reason)) {
                results.put(event.lane(), Result.FAILED);
            }
        });
        return results;
    }

    private static Stream<ClaimedEvent> rejected(Sending sending) {
        return sending.rejected().values().stream().flatMap(List::stream);
    }

    private static List<Long> seqs(Stream<ClaimedEvent> events) {
        return events.map(ClaimedEvent::seq).toList();
    }

    private OutboxStore store() {
        return all.store();
    }

    /** The payloads' size in UTF-8 is not larger. */
    private static long mostBytes(List<ClaimedEvent> events) {
        return events.stream().mapToLong(event -> 3L * event.data().length()).sum();
    }
}
