package dev.vertxoutbox.launcher;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** The event loops of this process: each is given an empty task and asked whether it has run it. */
final class EventLoops {
    static final long PATIENCE_SECONDS = 2;

    private final List<EventExecutor> loops = new ArrayList<>();
    private final Map<EventExecutor, Future<Void>> asked = new ConcurrentHashMap<>();

    /** Those of this Vert.x. All of them: a verticle may be on any, and one that is idle answers at once. */
    EventLoops(Vertx vertx) {
        ((VertxInternal) vertx).nettyEventLoopGroup().forEach(loops::add);
    }

    /** Adds others that are served by this process. */
    void add(EventLoopGroup group) {
        group.forEach(loops::add);
    }

    /** How many there are. */
    int size() {
        return loops.size();
    }

    /** Completes on the context, within {@value #PATIENCE_SECONDS} s, with the number of those that do not turn. Never fails. */
    Future<Integer> silent(Context context) {
        List<Future<Void>> answers = loops.stream().map(this::ask).toList();
        return Future.fromCompletionStage(Future.join(answers).toCompletionStage(), context)
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .transform(joined -> Future.succeededFuture((int)
                        answers.stream().filter(answer -> !answer.isComplete()).count()));
    }

    /** A loop that is stuck has one of these tasks at most, however often it is asked. */
    private Future<Void> ask(EventExecutor loop) {
        return asked.compute(loop, (key, before) -> before == null || before.isComplete() ? turn(loop) : before);
    }

    private static Future<Void> turn(EventExecutor loop) {
        Promise<Void> turned = Promise.promise();
        try {
            loop.execute(turned::complete);
        } catch (RejectedExecutionException stopped) {
            turned.fail(stopped); // On purpose: nothing is amiss with it.
        }
        return turned.future();
    }
}
