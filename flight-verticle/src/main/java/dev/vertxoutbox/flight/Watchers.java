package dev.vertxoutbox.flight;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The streams of status changes. One query asks for all watched bookings every {@value #POLL_MILLIS} ms, and only while
 * somebody watches.
 *
 * <p>For use on one event loop.
 */
final class Watchers {

    static final String MEDIA_TYPE = "text/event-stream";
    private static final int POLL_MILLIS = 200;
    private static final Duration BEAT = Duration.ofSeconds(15);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Database database;
    private final Places places;
    private final BookingStore store = new BookingStore();
    private final Set<Watcher> watchers = new HashSet<>();
    private final BackgroundLoop loop;
    private boolean closed;

    Watchers(Vertx vertx, Database database, Places places, MeterRegistry meters) {
        this.database = database;
        this.places = places;
        this.loop = new BackgroundLoop(vertx, "watch", LONGEST_PAUSE, meters, this::poll);
    }

    /**
     * Answers with a stream: the booking now, unless that version was seen, and then each change until a final status.
     *
     * @return completed when the stream is open, or the answer written that there will be none
     */
    Future<Void> watch(HttpServerResponse response, Booking booking, int versionSeen) {
        if (booking.status().isFinal() && versionSeen >= booking.version()) {
            return response.setStatusCode(204).end();
        }
        if (response.closed()) {
            return Future.succeededFuture();
        }
        if (closed || !places.take()) {
            return Future.failedFuture(new Refusal.Unavailable(null));
        }
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                // A compressor would hold events back until it has enough of them.
                .putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
                // Proxies such as nginx would hold events back.
                .putHeader("X-Accel-Buffering", "no");
        Watcher watcher = new Watcher(response, booking.id(), Math.min(versionSeen, booking.version()), BEAT);
        watchers.add(watcher);
        response.closeHandler(gone -> remove(watcher));
        response.exceptionHandler(failure -> remove(watcher));
        watcher.open();
        show(watcher, booking);
        loop.start();
        return Future.succeededFuture();
    }

    /** Ends all streams; clients come back elsewhere with their Last-Event-ID. */
    Future<Void> close() {
        closed = true;
        List.copyOf(watchers).forEach(this::end);
        return loop.stop();
    }

    private Future<@Nullable Duration> poll() {
        if (watchers.isEmpty()) {
            return Future.succeededFuture(null);
        }
        Map<UUID, Integer> seen = new HashMap<>();
        for (Watcher watcher : List.copyOf(watchers)) {
            watcher.beat();
            seen.merge(watcher.bookingId(), watcher.versionSeen(), Math::min);
        }
        return database.withConnection(connection -> store.changed(connection, seen))
                .map(changed -> {
                    changed.forEach(this::show);
                    return Duration.ofMillis(POLL_MILLIS);
                });
    }

    private void show(Booking booking) {
        for (Watcher watcher : List.copyOf(watchers)) {
            if (watcher.bookingId().equals(booking.id())) {
                show(watcher, booking);
            }
        }
    }

    private void show(Watcher watcher, Booking booking) {
        if (watcher.show(booking) && booking.status().isFinal()) {
            end(watcher);
        }
    }

    private void end(Watcher watcher) {
        remove(watcher);
        watcher.end();
    }

    private void remove(Watcher watcher) {
        if (watchers.remove(watcher)) {
            places.free();
        }
    }
}
