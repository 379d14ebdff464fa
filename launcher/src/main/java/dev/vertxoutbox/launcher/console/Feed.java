package dev.vertxoutbox.launcher.console;

import dev.vertxoutbox.launcher.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one source again and again while somebody watches, one question at a time. A source that is slow to answer is asked
 * less often, so that it spends a small part of its time on it. One that fails is asked again; its reason stands where its
 * answer would.
 *
 * <p>For use on one event loop.
 */
final class Feed {

    private static final Logger log = LoggerFactory.getLogger(Feed.class);
    private static final int PAUSES_PER_ANSWER = 50;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final int TIMEOUT_SECONDS = 10;

    private final Vertx vertx;
    private final String name;
    private final long pauseMillis;
    private final Supplier<Future<JsonObject>> source;
    private final Runnable changed;
    private @Nullable JsonObject latest;
    private @Nullable Long timer;
    private boolean watched;
    private boolean asking;
    private boolean askAgain;
    private boolean failing;

    /** @param changed called after each answer */
    Feed(Vertx vertx, String name, long pauseMillis, Supplier<Future<JsonObject>> source, Runnable changed) {
        this.vertx = vertx;
        this.name = name;
        this.pauseMillis = pauseMillis;
        this.source = source;
        this.changed = changed;
    }

    String name() {
        return name;
    }

    /** The last answer, or {@code unavailable} with the reason; null before the first and while nobody watches. */
    @Nullable
    JsonObject latest() {
        return latest;
    }

    /** Starts asking; does nothing when it does already. */
    void start() {
        watched = true;
        if (!asking && timer == null) {
            ask();
        }
    }

    /** Stops asking and forgets, so that nobody is shown what is long past. */
    void stop() {
        watched = false;
        askAgain = false;
        latest = null;
        cancelTimer();
    }

    /** Asks at once, for something was changed. */
    void refresh() {
        askAgain = asking;
        if (watched && !asking) {
            cancelTimer();
            ask();
        }
    }

    private void ask() {
        asking = true;
        long start = System.nanoTime();
        // Composed so that what a source throws fails its Future.
        Future.succeededFuture()
                .compose(started -> source.get())
                .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .onSuccess(this::answered)
                .onFailure(this::failed)
                .onComplete(ended -> pause(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)));
    }

    private void pause(long answerMillis) {
        asking = false;
        if (watched && askAgain) {
            askAgain = false;
            ask();
        } else if (watched) {
            long pause = Math.max(pauseMillis, Math.min(LONGEST_PAUSE_MILLIS, PAUSES_PER_ANSWER * answerMillis));
            // What fails slowly is no load, and is wanted back soon.
            timer = vertx.setTimer(failing ? pauseMillis : pause, due -> {
                timer = null;
                ask();
            });
        }
    }

    private void answered(JsonObject answer) {
        failing = false;
        show(answer);
    }

    private void failed(Throwable failure) {
        String detail = Problem.of(failure).detail();
        if (!failing) {
            failing = true;
            log.atWarn()
                    .addKeyValue("source", name)
                    .addKeyValue("reason", String.valueOf(failure.getMessage()))
                    .log("The console cannot show a part");
        }
        show(new JsonObject().put("unavailable", detail == null ? "An error; see the log of this process" : detail));
    }

    private void show(JsonObject answer) {
        if (watched) {
            latest = answer;
            changed.run();
        }
    }

    private void cancelTimer() {
        Long current = timer;
        if (current != null) {
            vertx.cancelTimer(current);
            timer = null;
        }
    }
}
