package dev.vertxoutbox.flight;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** A body whose length nobody knows in advance. */
final class Chunks implements ReadStream<Buffer> {
    private final Vertx vertx;
    private final Buffer chunk;
    private int left;
    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<Void> end;
    private boolean paused = true;

    Chunks(Vertx vertx, int count, Buffer chunk) {
        this.vertx = vertx;
        this.left = count;
        this.chunk = chunk;
    }

    @Override
    public Chunks handler(@Nullable Handler<Buffer> newHandler) {
        handler = newHandler;
        return newHandler == null ? this : resume();
    }

    @Override
    public Chunks endHandler(@Nullable Handler<Void> newEnd) {
        end = newEnd;
        return this;
    }

    @Override
    public Chunks exceptionHandler(@Nullable Handler<Throwable> ignored) {
        return this;
    }

    @Override
    public Chunks pause() {
        paused = true;
        return this;
    }

    @Override
    public Chunks resume() {
        if (paused) {
            paused = false;
            vertx.runOnContext(run -> next());
        }
        return this;
    }

    @Override
    public Chunks fetch(long amount) {
        return resume();
    }

    private void next() {
        if (paused || handler == null) {
            return;
        }
        if (left > 0) {
            left--;
            handler.handle(chunk);
            vertx.runOnContext(run -> next());
        } else if (left == 0 && end != null) {
            left--;
            end.handle(null);
        }
    }
}
