package dev.vertxoutbox.launcher.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The open streams, at most {@value #MOST}. */
final class Viewers {

    /** Enough for a team and its wall screens; each costs a connection and a few kilobytes a second. */
    static final int MOST = 50;

    private final List<Part> parts;
    private final Runnable first;
    private final Runnable last;
    private final Set<Viewer> viewers = new HashSet<>();
    private boolean closed;

    /**
     * @param parts what they are shown, in this order
     * @param first called when somebody begins to watch
     * @param last called when nobody watches any more
     */
    Viewers(List<Part> parts, Runnable first, Runnable last) {
        this.parts = List.copyOf(parts);
        this.first = first;
        this.last = last;
    }

    boolean isFull() {
        return closed || viewers.size() >= MOST;
    }

    /** Answers with a stream that begins with these events. */
    void add(HttpServerResponse response, Buffer beginning) {
        if (response.closed()) {
            return;
        }
        Viewer viewer = new Viewer(response);
        viewers.add(viewer);
        response.closeHandler(gone -> remove(viewer));
        response.exceptionHandler(failure -> remove(viewer));
        viewer.open(beginning);
        viewer.show(parts);
        if (viewers.size() == 1) {
            first.run();
        }
    }

    /** Shows everyone what is new. */
    void show() {
        List.copyOf(viewers).forEach(viewer -> viewer.show(parts));
    }

    boolean isEmpty() {
        return viewers.isEmpty();
    }

    void close() {
        closed = true;
        for (Viewer viewer : List.copyOf(viewers)) {
            remove(viewer);
            viewer.end();
        }
    }

    private void remove(Viewer viewer) {
        if (viewers.remove(viewer) && viewers.isEmpty()) {
            last.run();
        }
    }
}
