package dev.vertxoutbox.sandbox;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Listens to Vert.x's blocked-thread checker, which only logs: a test that blocks an event loop would otherwise pass.
 *
 * <p>How long is too long is an option of the {@code Vertx} under test. For those of {@code VertxExtension} the build
 * sets it in the file that {@code -Dvertx.parameter.filename} names.
 */
final class BlockedLoopGuard {

    private static final String CHECKER = "io.vertx.core.impl.BlockedThreadChecker";

    private final Logger checker = (Logger) LoggerFactory.getLogger(CHECKER);
    private final ListAppender<ILoggingEvent> warnings = new ListAppender<>();

    private BlockedLoopGuard() {
        warnings.start();
        checker.addAppender(warnings);
    }

    static BlockedLoopGuard watch() {
        return new BlockedLoopGuard();
    }

    /**
     * Stops listening.
     *
     * @throws AssertionError with the first warning, if there was one
     */
    void check() {
        checker.detachAppender(warnings);
        List<ILoggingEvent> blocked = warnings.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .toList();
        if (!blocked.isEmpty()) {
            throw new AssertionError("A Vert.x thread was blocked, " + blocked.size() + " warnings, the first: "
                    + blocked.get(0).getFormattedMessage());
        }
    }
}
