package dev.vertxoutbox.launcher;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** Writes logs to standard output, as text or as JSON; configured in code, so that nothing is parsed at start. */
public final class Logging {
    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %-22logger{0} %msg %kvp{NONE}%n";
    private static final int QUEUE = 4096;

    // Held here, as their level goes with them when they are collected.
    private static final java.util.logging.Logger JDBC = java.util.logging.Logger.getLogger("org.postgresql");
    private static final java.util.logging.Logger OPENTELEMETRY =
            java.util.logging.Logger.getLogger("io.opentelemetry");

    private Logging() {}

    /** @throws ConfigurationException when {@code LOG_FORMAT} or {@code LOG_LEVEL} is none of the values it may have */
    public static void configure(Map<String, String> environment) {
        Environment env = new Environment(environment);
        String format = env.oneOf(Variable.LOG_FORMAT, "text", List.of("text", "json"));
        String level = env.oneOf(Variable.LOG_LEVEL, "info", List.of("info", "debug"));
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setEncoder(encoder(context, format));
        console.start();
        AsyncAppender async = neverBlocking(context);
        async.addAppender(console);
        async.start();
        context.getLogger("ROOT").addAppender(async);
        context.getLogger("ROOT").setLevel(Level.WARN);
        context.getLogger("dev.vertxoutbox").setLevel(Level.toLevel(level));
        // Flyway warns of every notice, such as that of CREATE SCHEMA IF NOT EXISTS.
        context.getLogger("org.flywaydb").setLevel(Level.ERROR);
        // Pools of one name share their meters, of which Micrometer warns.
        context.getLogger("io.micrometer").setLevel(Level.ERROR);
        // The JDBC driver logs through java.util.logging what its exceptions say as well.
        JDBC.setLevel(java.util.logging.Level.OFF);
        // Tracing tells whether spans are sent.
        OPENTELEMETRY.setLevel(java.util.logging.Level.OFF);
    }

    /** Writes what is queued; nothing is logged afterwards. */
    static void flush() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    }

    /** An event loop must not wait for whoever reads our standard output: a full queue drops lines instead. */
    private static AsyncAppender neverBlocking(LoggerContext context) {
        AsyncAppender async = new AsyncAppender();
        async.setContext(context);
        async.setQueueSize(QUEUE);
        async.setDiscardingThreshold(0);
        async.setNeverBlock(true);
        return async;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, String format) {
        if (format.equals("json")) {
            JsonLines json = new JsonLines();
            json.setContext(context);
            json.start();
            return json;
        }
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern(PATTERN);
        text.start();
        return text;
    }
}
