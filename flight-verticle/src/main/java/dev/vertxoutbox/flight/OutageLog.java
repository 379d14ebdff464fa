package dev.vertxoutbox.flight;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that requests are answered 503, every ten seconds at most: in an outage or under overload all of them are. */
final class OutageLog {
    private static final Logger log = LoggerFactory.getLogger(OutageLog.class);
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private long lastLine = System.nanoTime() - INTERVAL_NANOS;
    private long refused;

    void report(@Nullable Throwable failure) {
        refused++;
        long now = System.nanoTime();
        if (now - lastLine < INTERVAL_NANOS) {
            return;
        }
        Throwable cause = failure == null ? null : failure.getCause();
        log.atWarn()
                .addKeyValue("requests", refused)
                .addKeyValue("reason", String.valueOf(cause == null ? failure : cause))
                .log("Requests answered with 503");
        lastLine = now;
        refused = 0;
    }
}
