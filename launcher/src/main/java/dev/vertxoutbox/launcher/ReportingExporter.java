package dev.vertxoutbox.launcher;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what is sent to a collector, and says once in a while that it takes nothing. */
final class ReportingExporter implements SpanExporter {
    private static final Logger log = LoggerFactory.getLogger(Tracing.class);
    private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final SpanExporter exporter;
    private final Counter exported;
    private final Counter failed;
    private boolean failing;
    private long lastLine = System.nanoTime() - INTERVAL_NANOS;

    ReportingExporter(SpanExporter exporter, MeterRegistry meters) {
        this.exporter = exporter;
        this.exported = meters.counter(DroppedSpans.METER, "outcome", "exported");
        this.failed = meters.counter(DroppedSpans.METER, "outcome", "failed");
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int size = spans.size();
        CompletableResultCode result = exporter.export(spans);
        return result.whenComplete(() -> {
            (result.isSuccess() ? exported : failed).increment(size);
            report(result);
        });
    }

    private synchronized void report(CompletableResultCode result) {
        if (result.isSuccess()) {
            if (failing) {
                log.info("The collector takes spans again");
            }
            failing = false;
            return;
        }
        failing = true;
        long now = System.nanoTime();
        if (now - lastLine >= INTERVAL_NANOS) {
            lastLine = now;
            log.atWarn()
                    .addKeyValue("error", String.valueOf(result.getFailureThrowable()))
                    .addKeyValue("failed", (long) failed.count())
                    .log("The collector does not take spans; they are dropped until it does");
        }
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }

    @Override
    public String toString() {
        return "ReportingExporter";
    }
}
