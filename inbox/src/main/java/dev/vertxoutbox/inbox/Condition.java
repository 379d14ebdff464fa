package dev.vertxoutbox.inbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something outside that works or does not; logged when that changes, not at every try. */
final class Condition {
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);
    private static final int LONGEST_ERROR = 200;

    private final String what;
    private final String consumer;
    private volatile InboxStatus status = InboxStatus.OK;

    Condition(String what, InboxConfig config) {
        this.what = what;
        this.consumer = config.consumer();
    }

    InboxStatus status() {
        return status;
    }

    boolean isOk() {
        return status.ok();
    }

    void works() {
        if (!isOk()) {
            log.atInfo()
                    .addKeyValue("consumer", consumer)
                    .addKeyValue("what", what)
                    .addKeyValue("failingSince", status.failingSince())
                    .log("Inbox works again");
            status = InboxStatus.OK;
        }
    }

    void fails(Throwable failure) {
        Instant since = status.failingSince();
        if (isOk()) {
            log.atWarn()
                    .addKeyValue("consumer", consumer)
                    .addKeyValue("what", what)
                    .setCause(failure)
                    .log("Inbox is held up; it tries again until this works");
        }
        status = new InboxStatus(false, since == null ? Instant.now() : since, what + ": " + describe(failure));
    }

    private static String describe(Throwable failure) {
        @Nullable String message = failure.getMessage();
        String text = failure.getClass().getSimpleName() + (message == null ? "" : ": " + message);
        return text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR) + "…";
    }
}
