package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Claim;
import dev.vertxoutbox.outbox.ClaimedEvent;
import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.OutboxStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Sends the oldest events of one lane: one transaction that holds the lane's lock, so that no other relay sends them at
 * the same time, and that deletes what was acknowledged.
 */
final class Drain {

    /** How a drain ended. */
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

    static final int MAX_EVENTS = 500;
    static final long MAX_BYTES = 1024 * 1024;

    /**
     * Nothing claimed longer ago is sent. A relay that was stopped may have lost the lock without learning of it; what
     * it still sends after that is a duplicate, and within five minutes SQS drops it.
     */
    static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final Drains all;
    private final Lane lane;
    private final Destination destination;
    private long claimedAtNanos;
    private boolean full;

    Drain(Drains all, Lane lane, Destination destination) {
        this.all = all;
        this.lane = lane;
        this.destination = destination;
    }

    Future<Result> run(Pool pool) {
        return pool.withTransaction(tx -> store().tryLock(tx, lane)
                .compose(locked -> locked ? drain(tx) : Future.succeededFuture(Result.LOCKED)));
    }

    private Future<Result> drain(SqlConnection tx) {
        claimedAtNanos = System.nanoTime();
        Claim claim = new Claim(lane, all.floors(), all.setbacks().of(lane), MAX_EVENTS, MAX_BYTES);
        return store().claim(tx, claim).compose(claimed -> {
            if (claimed.isEmpty()) {
                return Future.succeededFuture(Result.EMPTY);
            }
            full = claimed.size() == MAX_EVENTS || mostBytes(claimed) >= MAX_BYTES;
            Lineup lineup = new Lineup(
                    claimed.stream().filter(event -> !event.blocked()).toList());
            Sending sending = new Sending(destination, lineup, this::mayGoOn);
            return parkBlocked(tx, claimed)
                    .compose(parked -> sending.run())
                    .compose(sent -> settle(tx, sending))
                    .map(settled -> result(sending));
        });
    }

    private boolean mayGoOn() {
        return !destination.isOpen() && !all.isStopping() && System.nanoTime() - claimedAtNanos <= MAX_AGE_NANOS;
    }

    private Future<Void> parkBlocked(SqlConnection tx, List<ClaimedEvent> events) {
        List<Long> blocked = seqs(events.stream().filter(ClaimedEvent::blocked));
        return blocked.isEmpty() ? Future.succeededFuture() : store().parkBehind(tx, lane, blocked);
    }

    private Future<Void> settle(SqlConnection tx, Sending sending) {
        destination.settled(lane, sending);
        List<Long> accepted = seqs(sending.accepted().stream());
        Future<Void> settled = accepted.isEmpty() ? Future.succeededFuture() : store().delete(tx, lane, accepted);
        for (Map.Entry<String, List<ClaimedEvent>> rejection :
                sending.rejected().entrySet()) {
            List<Long> seqs = seqs(rejection.getValue().stream());
            settled = settled.compose(done -> store().park(tx, lane, seqs, rejection.getKey()));
        }
        return settled;
    }

    private Result result(Sending sending) {
        Stream.concat(
                        sending.accepted().stream(),
                        sending.rejected().values().stream().flatMap(List::stream))
                .forEach(event -> all.setbacks().over(lane, event.subject()));
        boolean untold = false;
        for (ClaimedEvent event : sending.failed().keySet()) {
            untold |= !all.retryLater(lane, event, sending.failed().get(event));
        }
        if (untold) {
            return Result.FAILED;
        }
        if (sending.isIncomplete() && destination.isOpen()) {
            return Result.UNREACHABLE;
        }
        // What waits behind a rejected event is to be moved behind it.
        return full || sending.isIncomplete() || !sending.rejected().isEmpty() ? Result.MORE : Result.SENT;
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
