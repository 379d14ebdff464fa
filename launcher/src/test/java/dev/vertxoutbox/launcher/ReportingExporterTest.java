package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ReportingExporterTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Tracing.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    @Test
    void collectorThatTakesNothingIsOneLineAndOneThatTakesSpansAgainAnother() {
        CompletableResultCode refused =
                CompletableResultCode.ofExceptionalFailure(new IllegalStateException("connection refused"));
        CompletableResultCode taken = CompletableResultCode.ofSuccess();
        SpanExporter exporter = new ReportingExporter(answering(refused, refused, refused, taken, taken), meters);

        for (int n = 1; n <= 5; n++) {
            exporter.export(spans(n));
        }

        assertThat(lines.list)
                .extracting(ILoggingEvent::getMessage)
                .containsExactly(
                        "The collector does not take spans; they are dropped until it does",
                        "The collector takes spans again");
        assertThat(lines.list.get(0).getKeyValuePairs())
                .extracting(pair -> pair.key + " " + pair.value)
                .containsExactly("error java.lang.IllegalStateException: connection refused", "failed 1");
        assertThat(count("failed")).isEqualTo(1 + 2 + 3);
        assertThat(count("exported")).isEqualTo(4 + 5);
    }

    private double count(String outcome) {
        return meters.get("tracing.spans").tag("outcome", outcome).counter().count();
    }

    private static List<SpanData> spans(int count) {
        return Collections.nCopies(count, null);
    }

    private static SpanExporter answering(CompletableResultCode... answers) {
        Deque<CompletableResultCode> left = new ArrayDeque<>(Arrays.asList(answers));
        return new SpanExporter() {
            @Override
            public CompletableResultCode export(Collection<SpanData> spans) {
                return left.remove();
            }

            @Override
            public CompletableResultCode flush() {
                return CompletableResultCode.ofSuccess();
            }

            @Override
            public CompletableResultCode shutdown() {
                return CompletableResultCode.ofSuccess();
            }
        };
    }
}
