package dev.vertxoutbox.inbox;

import static dev.vertxoutbox.inbox.Bench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class TimeLimitTest {
    private static final Duration LIMIT = Duration.ofMillis(50);

    /** On an event loop, as the inbox does. */
    private static <T> T on(Vertx vertx, Callable<T> action) {
        Promise<T> result = Promise.promise();
        vertx.runOnContext(go -> {
            try {
                result.complete(action.call());
            } catch (Exception e) {
                result.fail(e);
            }
        });
        return Bench.done(result.future());
    }

    @Test
    void whatEndsInTimeIsPassedOn(Vertx vertx) {
        Promise<String> work = Promise.promise();
        Promise<String> failing = Promise.promise();
        List<Future<String>> limited = on(vertx, () -> {
            TimeLimit limit = new TimeLimit(vertx, Duration.ofMinutes(1));
            List<Future<String>> both = List.of(limit.within(work.future()), limit.within(failing.future()));
            work.complete("done");
            failing.fail("no");
            limit.close();
            return both;
        });

        eventually(() -> assertThat(limited).allMatch(Future::isComplete));
        assertThat(limited.get(0).result()).isEqualTo("done");
        assertThat(limited.get(1).cause()).hasMessage("no");
    }

    @Test
    void whatTakesTooLongFailsInTheOrderInWhichItBegan(Vertx vertx) {
        List<String> over = new CopyOnWriteArrayList<>();
        Future<String> last = on(vertx, () -> {
            TimeLimit limit = new TimeLimit(vertx, LIMIT);
            limit.within(Promise.<String>promise().future()).onFailure(late -> over.add("first"));
            return limit.within(Promise.<String>promise().future()).onFailure(late -> over.add("second"));
        });

        eventually(() -> assertThat(over).containsExactly("first", "second"));
        assertThat(last.cause())
                .isInstanceOf(TimeoutException.class)
                .hasMessage("Not processed within " + LIMIT.toMillis() + " ms");
    }

    @Test
    void listenerThatThrowsTakesNoOtherDown(Vertx vertx) {
        Promise<String> work = Promise.promise();
        List<Future<String>> others = on(vertx, () -> {
            TimeLimit limit = new TimeLimit(vertx, LIMIT);
            limit.within(work.future()).onComplete(TimeLimitTest::fail);
            Future<String> inTime = limit.within(work.future());
            limit.within(Promise.<String>promise().future()).onComplete(TimeLimitTest::fail);
            Future<String> late = limit.within(Promise.<String>promise().future());
            work.complete("done");
            return List.of(inTime, late);
        });

        eventually(() -> assertThat(others).allMatch(Future::isComplete));
        assertThat(others.get(0).result()).isEqualTo("done");
        assertThat(others.get(1).cause()).isInstanceOf(TimeoutException.class);
    }

    private static void fail(AsyncResult<String> result) {
        throw new IllegalStateException("thrown on purpose: " + result);
    }

    @Test
    void whatBeginsAfterOthersRanOutHasItsLimitToo(Vertx vertx) {
        TimeLimit limit = new TimeLimit(vertx, LIMIT);
        Future<String> first =
                on(vertx, () -> limit.within(Promise.<String>promise().future()));
        eventually(() -> assertThat(first.failed()).isTrue());

        Future<String> second =
                on(vertx, () -> limit.within(Promise.<String>promise().future()));

        eventually(() -> assertThat(second.failed()).isTrue());
    }
}
