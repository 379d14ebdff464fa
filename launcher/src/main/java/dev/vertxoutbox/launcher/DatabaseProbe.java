package dev.vertxoutbox.launcher;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Whether the database answers; asked once at a time, however many want to know. */
final class DatabaseProbe {
    private final Pool pool;
    private @Nullable Future<Void> current;

    DatabaseProbe(Pool pool) {
        this.pool = pool;
    }

    /** Completes when it has answered; fails with why it did not, which may be that it took longer than two seconds. */
    synchronized Future<Void> answers() {
        Future<Void> asked = current;
        if (asked == null || asked.isComplete()) {
            asked = pool.query("SELECT 1").execute().<Void>mapEmpty().timeout(Health.CHECK_SECONDS, TimeUnit.SECONDS);
            current = asked;
        }
        return asked;
    }
}
