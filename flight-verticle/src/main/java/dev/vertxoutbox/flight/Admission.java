package dev.vertxoutbox.flight;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Admission control: whether a request for a booking is taken in.
 *
 * <p>A booking waits twice: in its socket until it is read, and then for its commit. How many wait to be read cannot be asked
 * for, but an event loop reads in one turn what has come during the turn before, so there are about as many as it has read
 * in the last one. While no more than {@code outstanding} wait in either way, all are taken in: so many clients, of which
 * each waits for its answer, are never refused, however slow the machine.
 *
 * <p>Once there are more, bookings are shed until none had to be refused for a second. Meanwhile those that are pending and
 * {@value #READ_WEIGHT} times those of a turn stay below {@code shedding}. The longer the turns, the fewer are taken in, and
 * the sooner the rest is read and refused: else requests pile up in their sockets, and those that are taken in have waited
 * there before. {@code least} are taken in all the same, since clients that ask again at once keep turns long.
 *
 * <p>For use on one event loop.
 */
final class Admission {

    /**
     * What bounds the bookings that wait.
     *
     * @param outstanding at most, unless bookings are shed
     * @param shedding pending ones and {@value #READ_WEIGHT} times those of a turn stay below it while they are
     * @param least pending ones that are taken in at any time
     */
    record Limits(int outstanding, int shedding, int least) {}

    private static final int READ_WEIGHT = 3;
    private static final Duration CALM = Duration.ofSeconds(1);

    private final Limits limits;
    private final IntSupplier pending;
    private final Consumer<Runnable> atEndOfTurn;
    private final LongSupplier nanoTime;

    private int pendingBefore;
    private int read;
    private int readLastTurn;
    private long lastRefusal;

    /**
     * Makes one.
     *
     * @param pending bookings taken in and not answered yet
     * @param atEndOfTurn runs what it is given when the event loop has read all that had come
     * @param nanoTime as {@link System#nanoTime()}
     */
    Admission(Limits limits, IntSupplier pending, Consumer<Runnable> atEndOfTurn, LongSupplier nanoTime) {
        this.limits = limits;
        this.pending = pending;
        this.atEndOfTurn = atEndOfTurn;
        this.nanoTime = nanoTime;
        this.lastRefusal = nanoTime.getAsLong() - CALM.toNanos();
    }

    /** To be asked once for each booking that has been read: whether it is taken in. */
    boolean admits() {
        if (read == 0) {
            pendingBefore = pending.getAsInt();
            atEndOfTurn.accept(this::endTurn);
        }
        read++;
        long now = nanoTime.getAsLong();
        boolean admitted = now - lastRefusal < CALM.toNanos()
                ? pending.getAsInt() < mostPendingWhileShedding()
                : pendingBefore + read <= limits.outstanding();
        if (!admitted) {
            lastRefusal = now;
        }
        return admitted;
    }

    private int mostPendingWhileShedding() {
        return Math.max(limits.least(), limits.shedding() - READ_WEIGHT * Math.max(read, readLastTurn));
    }

    private void endTurn() {
        readLastTurn = read;
        read = 0;
    }
}
