package dev.vertxoutbox.flight;

import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Deletes idempotency keys that are older than 24 hours, a bounded number at a time. */
final class KeyCleaner implements BackgroundLoop.Run {

    static final int BATCH = 1_000;
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Duration PAUSE_WHEN_BEHIND = Duration.ofMillis(100);

    private final Database database;
    private final IdempotencyStore keys = new IdempotencyStore();

    KeyCleaner(Database database) {
        this.database = database;
    }

    @Override
    public Future<@Nullable Duration> get() {
        return database.withConnection(connection -> keys.deleteOld(connection, BATCH))
                .map(deleted -> deleted == BATCH ? PAUSE_WHEN_BEHIND : PAUSE);
    }
}
