package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class EventLoopsTest {
    private final Vertx vertx;
    private final EventLoops loops;
    private final MultiThreadIoEventLoopGroup others = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final EventLoop other = others.next();
    private final CountDownLatch release = new CountDownLatch(1);

    EventLoopsTest(Vertx vertx) {
        this.vertx = vertx;
        this.loops = new EventLoops(vertx);
        loops.add(others);
    }

    @BeforeEach
    void block() {
        other.execute(() -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @AfterEach
    void unblock() {
        release.countDown();
        assertThat(others.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void loopThatIsStuckIsFoundInTimeAndTurnsAgainLater() throws TimeoutException {
        assertThat(silent()).isEqualTo(1);

        release.countDown();

        assertThat(silent()).isZero();
    }

    @Test
    void loopThatIsStuckIsAskedOnce() throws TimeoutException {
        for (int call = 0; call < 50; call++) {
            loops.silent(vertx.getOrCreateContext());
        }
        assertThat(silent()).isEqualTo(1);

        assertThat(((SingleThreadEventExecutor) other).pendingTasks()).isEqualTo(1);
    }

    @Test
    void processWithALoopThatIsStuckIsNotLive() throws TimeoutException {
        HttpResponse<?> stuck = live();
        release.countDown();
        HttpResponse<?> turning = live();

        JsonObject check = stuck.bodyAsJsonObject().getJsonArray("checks").getJsonObject(0);
        assertThat(stuck.statusCode()).isEqualTo(503);
        assertThat(check.getJsonArray("reasons").getString(0)).startsWith("1 of " + loops.size() + " event loops");
        assertThat(turning.statusCode()).isEqualTo(200);
        assertThat(turning.bodyAsJsonObject().getString("status")).isEqualTo("UP");
    }

    private HttpResponse<?> live() throws TimeoutException {
        Router router = Router.router(vertx);
        Operation live = Objects.requireNonNull(new Health(loops).operations().get("live"));
        router.get("/").handler(ctx -> live.answer(ctx).onFailure(ctx::fail));
        int port = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0)
                .await(5, TimeUnit.SECONDS)
                .actualPort();
        return WebClient.create(vertx).get(port, "localhost", "/").send().await(5, TimeUnit.SECONDS);
    }

    private int silent() throws TimeoutException {
        return loops.silent(vertx.getOrCreateContext()).await(5, TimeUnit.SECONDS);
    }
}
