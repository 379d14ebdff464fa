package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracingTest {
    private static final Set<Role> ALL = EnumSet.allOf(Role.class);

    @Test
    void nothingIsRecordedUnlessACollectorIsNamed() {
        assertThat(settings(Map.of("OTEL_TRACES_SAMPLER", "nonsense"), ALL)).isNull();
        assertThat(Tracing.of(null, new SimpleMeterRegistry()).openTelemetry()).isSameAs(OpenTelemetry.noop());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            OTEL_TRACES_SAMPLER                | nonsense
            OTEL_TRACES_SAMPLER_ARG            | much
            OTEL_RESOURCE_ATTRIBUTES           | nonsense
            OTEL_EXPORTER_OTLP_TRACES_ENDPOINT | localhost
            OTEL_EXPORTER_OTLP_PROTOCOL        | grpc
            OTEL_EXPORTER_OTLP_TIMEOUT         | soon
            """)
    void whatTheSdkRefusesIsOneLineThatNamesTheVariable(String variable, String value) {
        Map<String, String> wrong = new HashMap<>(Map.of("OTEL_TRACES_SAMPLER", "traceidratio"));
        wrong.put(variable, value);

        assertThatThrownBy(() -> Tracing.of(on(wrong), new SimpleMeterRegistry()))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .contains(variable)
                .hasLineCount(1);
    }

    @Test
    void headersAreSecretsThatNoMessageRepeats() {
        assertThatThrownBy(() -> on(Map.of("OTEL_EXPORTER_OTLP_HEADERS", "s3cret")))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .startsWith("OTEL_EXPORTER_OTLP_HEADERS is wrong: ")
                .doesNotContain("s3cret");
        assertThat(on(Map.of("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=s3cret")))
                .asString()
                .doesNotContain("s3cret");
    }

    @Test
    void processIsNamedAfterItsRole() {
        assertThat(on(Map.of()).serviceName()).isEqualTo("outbox");
        assertThat(Objects.requireNonNull(settings(Map.of(), Set.of(Role.RELAY), "http://localhost:1"))
                        .serviceName())
                .isEqualTo("outbox-relay");
    }

    private static TracingSettings on(Map<String, String> more) {
        return Objects.requireNonNull(settings(more, ALL, "http://localhost:1"));
    }

    private static @Nullable TracingSettings settings(Map<String, String> more, Set<Role> roles, String endpoint) {
        Map<String, String> all = new HashMap<>(more);
        all.put("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
        return settings(all, roles);
    }

    private static @Nullable TracingSettings settings(Map<String, String> environment, Set<Role> roles) {
        return TracingSettings.from(new Environment(environment), roles);
    }
}
