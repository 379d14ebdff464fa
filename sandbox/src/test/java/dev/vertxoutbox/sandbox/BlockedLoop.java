package dev.vertxoutbox.sandbox;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Not a test of ours: {@link BlockedLoopGuardIT} runs it and expects it to fail. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class BlockedLoop {

    @Test
    void blocksTheEventLoop(Vertx vertx, VertxTestContext test) {
        vertx.runOnContext(context -> {
            long end = System.nanoTime() + 2_000_000_000L;
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
            test.completeNow();
        });
    }
}
