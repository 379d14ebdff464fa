package dev.vertxoutbox.launcher.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One open stream. A viewer that does not read is not written to: when it does again, it is shown what is true then. One
 * that does not for {@value #PATIENCE_SECONDS} s is cut off.
 */
final class Viewer {

    private static final int PATIENCE_SECONDS = 30;
    private static final int QUEUED_BYTES = 64 * 1024;

    private final HttpServerResponse response;
    private final Map<Part, Integer> seen = new HashMap<>();
    private long lastRead = System.nanoTime();

    Viewer(HttpServerResponse response) {
        this.response = response;
    }

    /** Sends the head and the first event. */
    void open(Buffer first) {
        response.setChunked(true)
                .setWriteQueueMaxSize(QUEUED_BYTES)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                // Proxies such as nginx would hold events back.
                .putHeader("X-Accel-Buffering", "no");
        write(first);
    }

    /** Sends what it has not seen, if it keeps up. */
    void show(Iterable<Part> parts) {
        if (response.writeQueueFull()) {
            if (System.nanoTime() - lastRead > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                response.reset();
            }
            return;
        }
        lastRead = System.nanoTime();
        for (Part part : parts) {
            Integer version = part.version();
            if (version > 0 && !version.equals(seen.put(part, version))) {
                write(part.text());
            }
        }
    }

    void end() {
        if (!response.ended() && !response.closed()) {
            response.end().otherwiseEmpty();
        }
    }

    /** A failed write means that the connection is gone; its close handler does what is to be done. */
    private void write(Buffer text) {
        response.write(text).otherwiseEmpty();
    }
}
