package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.OutboxArchive;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the archive's partitions made and removed, now and every hour. Drains do not depend on it: what has no partition
 * goes to the default one. No error ends it; after one it tries again within a minute.
 *
 * <p>Confined to one event loop.
 */
final class ArchiveKeeper {

    private static final Logger log = LoggerFactory.getLogger(ArchiveKeeper.class);
    private static final int TIMEOUT_SECONDS = 40; // Beyond that of the session's statements.
    private static final long MORE_TO_DO_MILLIS = 1_000;

    private final Vertx vertx;
    private final OutboxArchive archive;
    private final int days;
    private final long intervalMillis;
    private final long retryMillis;
    private long timer = -1;
    private boolean stopped;
    private boolean ok;

    ArchiveKeeper(Vertx vertx, OutboxArchive archive, int days) {
        this(vertx, archive, days, TimeUnit.HOURS.toMillis(1), TimeUnit.MINUTES.toMillis(1));
    }

    ArchiveKeeper(Vertx vertx, OutboxArchive archive, int days, long intervalMillis, long retryMillis) {
        this.vertx = vertx;
        this.archive = archive;
        this.days = days;
        this.intervalMillis = intervalMillis;
        this.retryMillis = retryMillis;
    }

    void start() {
        archive.keep(days).timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).onComplete(this::ended);
    }

    /** Whether the last attempt succeeded. */
    boolean isOk() {
        return ok;
    }

    void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
    }

    private void ended(AsyncResult<Boolean> result) {
        if (stopped) {
            return;
        }
        ok = result.succeeded();
        long delayMillis = retryMillis;
        if (ok) {
            delayMillis = result.result() ? intervalMillis : MORE_TO_DO_MILLIS;
        } else {
            log.atWarn()
                    .addKeyValue("days", days)
                    .addKeyValue("error", result.cause().toString())
                    .log("Cannot make or remove days of the archive; sending goes on, and this is tried again");
        }
        timer = vertx.setTimer(delayMillis, elapsed -> start());
    }
}
