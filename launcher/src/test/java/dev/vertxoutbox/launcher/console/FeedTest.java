package dev.vertxoutbox.launcher.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.launcher.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class FeedTest {

    private final Context context;
    private final Queue<Promise<JsonObject>> questions = new ConcurrentLinkedQueue<>();
    private volatile Supplier<Future<JsonObject>> source = this::ask;
    private final Feed feed;

    FeedTest(Vertx vertx) {
        context = vertx.getOrCreateContext();
        feed = new Feed(vertx, "test", 20, () -> source.get(), () -> {});
    }

    @Test
    void oneQuestionAtATime() throws TimeoutException {
        on(feed::start);
        on(feed::start);
        on(feed::refresh);
        await().until(() -> questions.size() == 1);

        questions.remove().complete(new JsonObject().put("n", 1));

        await().until(() -> questions.size() == 1);
        assertThat(latest()).isEqualTo(new JsonObject().put("n", 1));
    }

    @Test
    void failureStandsInWordsAndTheSourceIsAskedAgain() throws TimeoutException {
        source = () -> {
            throw new ProblemException(403, "may not look");
        };
        on(feed::start);
        await().until(() -> new JsonObject().put("unavailable", "may not look").equals(latest()));

        source = () -> Future.succeededFuture(new JsonObject().put("n", 2));

        await().until(() -> new JsonObject().put("n", 2).equals(latest()));
    }

    @Test
    void nobodyWatchesNothingIsAskedNorKept() throws TimeoutException {
        on(feed::start);
        await().until(() -> questions.size() == 1);
        on(feed::stop);

        questions.remove().complete(new JsonObject().put("late", true));

        // A new start is the proof: until then there was neither an answer kept nor another question.
        assertThat(latest()).isNull();
        assertThat(questions).isEmpty();
        on(feed::start);
        await().until(() -> questions.size() == 1);
    }

    private Future<JsonObject> ask() {
        Promise<JsonObject> question = Promise.promise();
        questions.add(question);
        return question.future();
    }

    private @Nullable JsonObject latest() throws TimeoutException {
        AtomicReference<@Nullable JsonObject> found = new AtomicReference<>();
        on(() -> found.set(feed.latest()));
        return found.get();
    }

    private void on(Runnable action) throws TimeoutException {
        Promise<Void> done = Promise.promise();
        context.runOnContext(run -> {
            action.run();
            done.complete();
        });
        done.future().await(5, TimeUnit.SECONDS);
    }
}
