package dev.vertxoutbox.launcher;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Records spans and sends them to a collector, from threads of its own. What waits to be sent is bounded: when the
 * collector is too slow or does not answer, spans are dropped and counted, and nothing else notices.
 */
final class Tracing {
    private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
    private static final Pattern PROPERTY = Pattern.compile("otel(\\.[a-z_-]+)+");
    private static final long CLOSE_SECONDS = 2;

    private final @Nullable OpenTelemetrySdk sdk;

    private Tracing(@Nullable OpenTelemetrySdk sdk) {
        this.sdk = sdk;
    }

    /**
     * Starts to send.
     *
     * @param settings null for nothing to be recorded
     * @param meters where it counts spans
     * @throws ConfigurationException when the SDK refuses one of the settings
     */
    static Tracing of(@Nullable TracingSettings settings, MeterRegistry meters) {
        if (settings == null) {
            return new Tracing(null);
        }
        DroppedSpans dropped = new DroppedSpans(meters);
        try {
            return new Tracing(AutoConfiguredOpenTelemetrySdk.builder()
                    .disableShutdownHook()
                    .addPropertiesCustomizer(defaults -> settings.properties())
                    .addResourceCustomizer((resource, config) -> named(resource, settings.serviceName()))
                    .addMeterProviderCustomizer((builder, config) -> builder.registerMetricReader(dropped))
                    .addSpanExporterCustomizer((exporter, config) -> new ReportingExporter(exporter, meters))
                    .build()
                    .getOpenTelemetrySdk());
        } catch (io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException e) {
            String reason = PROPERTY.matcher(String.valueOf(e.getMessage()))
                    .replaceAll(property -> TracingSettings.variable(property.group()));
            throw new ConfigurationException("OpenTelemetry refuses its configuration: " + reason);
        }
    }

    OpenTelemetry openTelemetry() {
        return sdk == null ? OpenTelemetry.noop() : sdk;
    }

    /** Sends what was recorded, for two seconds at the most. Blocks. */
    void close() {
        if (sdk != null) {
            sdk.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static Resource named(Resource resource, String serviceName) {
        String given = resource.getAttribute(SERVICE_NAME);
        return given == null || given.startsWith("unknown_service")
                ? resource.merge(Resource.create(Attributes.of(SERVICE_NAME, serviceName)))
                : resource;
    }
}
