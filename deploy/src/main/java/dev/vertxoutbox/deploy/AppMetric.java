package dev.vertxoutbox.deploy;

import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Metric;

/**
 * What the processes themselves tell CloudWatch, as lines of their log, under the names that Prometheus has for it. All
 * are gauges of which the greatest counts.
 */
enum AppMetric {
    /** Seconds. */
    BACKLOG_AGE(Service.RELAY, "outbox_backlog_age"),
    BACKLOG_EVENTS(Service.RELAY, "outbox_backlog_events"),
    PARKED_EVENTS(Service.RELAY, "outbox_parked_events"),
    /** 0 or 1. */
    CIRCUIT_OPEN(Service.RELAY, "outbox_relay_circuit_open"),
    /** 0 or 1. */
    GATEWAY_CIRCUIT(Service.PAYMENT, "payment_gateway_circuit");

    private final Service service;
    private final String prometheusName;

    AppMetric(Service service, String prometheusName) {
        this.service = service;
        this.prometheusName = prometheusName;
    }

    Metric in(Settings settings) {
        return Metric.Builder.create()
                .namespace(settings.environment())
                .metricName(prometheusName)
                .dimensionsMap(Map.of("role", service.role()))
                .statistic("Maximum")
                .period(Duration.minutes(1))
                .build();
    }
}
