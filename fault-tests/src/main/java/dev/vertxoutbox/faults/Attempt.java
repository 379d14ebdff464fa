package dev.vertxoutbox.faults;

import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** One flight that a client wants to book, and what it was told of it. */
final class Attempt {
    /** What the client knows at the end. */
    enum Told {
        /** Nothing yet, or no request was answered: it may be booked. */
        NO_ANSWER,
        /** The last answer was 503: it may be booked all the same, if an earlier request or the commit came through. */
        REFUSED,
        /** 201: it is booked. */
        ACKNOWLEDGED
    }

    private final int number;
    private final @Nullable String key;
    private final boolean expensive;
    private final Queue<String> history = new ConcurrentLinkedQueue<>();
    private volatile Told told = Told.NO_ANSWER;
    private volatile @Nullable String id;
    private volatile boolean cancelAsked;
    private volatile boolean cancelled;

    /**
     * @param key idempotency key
     * @param expensive whether the payment will be declined
     */
    Attempt(int number, @Nullable String key, boolean expensive) {
        this.number = number;
        this.key = key;
        this.expensive = expensive;
    }

    /** What the booking is found by, whether or not its id is known. */
    String tag() {
        return "N" + number;
    }

    @Nullable
    String key() {
        return key;
    }

    String body() {
        return Api.FLIGHT.replace("Paris CDG", tag()).replace("129.90", expensive ? "25000" : "129.90");
    }

    Told told() {
        return told;
    }

    @Nullable
    String id() {
        return id;
    }

    boolean isCancelled() {
        return cancelled;
    }

    boolean isCancelAsked() {
        return cancelAsked;
    }

    void note(String what) {
        history.add(Instant.now() + " client: " + what);
    }

    void acknowledged(String bookingId) {
        id = bookingId;
        told = Told.ACKNOWLEDGED;
    }

    void refused() {
        if (told != Told.ACKNOWLEDGED) {
            told = Told.REFUSED;
        }
    }

    void cancelAsked() {
        cancelAsked = true;
    }

    void cancelled() {
        cancelled = true;
    }

    List<String> history() {
        return List.copyOf(history);
    }
}
