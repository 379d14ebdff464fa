package dev.vertxoutbox.flight;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.UUID;

/** One open stream of a booking's status changes. A client that does not read is not written to, and in the end cut off. */
final class Watcher {

    private final HttpServerResponse response;
    private final UUID bookingId;
    private final long beatNanos;
    private int versionSeen;
    private long lastWrite;

    /** @param beat longest silence */
    Watcher(HttpServerResponse response, UUID bookingId, int versionSeen, Duration beat) {
        this.response = response;
        this.bookingId = bookingId;
        this.versionSeen = versionSeen;
        this.beatNanos = beat.toNanos();
    }

    UUID bookingId() {
        return bookingId;
    }

    int versionSeen() {
        return versionSeen;
    }

    /** Sends the head at once, so that a client knows that it is connected even when there is nothing to show. */
    void open() {
        write(": connected\n\n");
    }

    /** Sends the booking if it is news and the client keeps up; the latest is sent when it does again. */
    boolean show(Booking booking) {
        if (booking.version() <= versionSeen || response.writeQueueFull()) {
            return false;
        }
        versionSeen = booking.version();
        write("id: " + booking.version() + "\nevent: status\ndata: "
                + booking.toJson().encode() + "\n\n");
        return true;
    }

    /** Sends a comment after too long a silence, which keeps the connection open and finds out those that are not. */
    void beat() {
        if (System.nanoTime() - lastWrite < beatNanos) {
            return;
        }
        if (response.writeQueueFull()) {
            response.reset();
        } else {
            write(": still here\n\n");
        }
    }

    void end() {
        if (!response.ended() && !response.closed()) {
            observe(response.end());
        }
    }

    private void write(String text) {
        lastWrite = System.nanoTime();
        observe(response.write(text));
    }

    /** A failed write means that the connection is gone; its close handler does what is to be done. */
    private static void observe(Future<Void> written) {
        written.otherwiseEmpty();
    }
}
