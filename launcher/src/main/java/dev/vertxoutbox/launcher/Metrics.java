package dev.vertxoutbox.launcher;

import static java.util.stream.Collectors.toMap;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;

/** The process's meters, in Prometheus' text format. */
final class Metrics {
    private static final String RESPONSE_TIME = "vertx.http.server.response.time";
    private static final double[] RESPONSE_TIME_BUCKETS_MILLIS = {
        1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000
    };

    private static final Tags OTHER_METHOD = Tags.of("method", "OTHER");
    private static final Map<String, Tags> METHODS =
            HttpMethod.values().stream().collect(toMap(HttpMethod::name, method -> Tags.of("method", method.name())));

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    Metrics() {
        registry.config().meterFilter(new ResponseTimeBuckets());
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    /** A Vert.x whose HTTP servers and pools are measured, with label values that callers cannot multiply. */
    VertxBuilder vertx() {
        MicrometerMetricsOptions options = new MicrometerMetricsOptions()
                .setEnabled(true)
                .setJvmMetricsEnabled(true)
                .setLabels(EnumSet.of(Label.HTTP_ROUTE, Label.HTTP_CODE, Label.POOL_TYPE, Label.POOL_NAME))
                // Not by a label: a client may send any word as its method.
                .setServerRequestTagsProvider(
                        request -> METHODS.getOrDefault(request.method().name(), OTHER_METHOD))
                .addDisabledMetricsCategory(MetricsDomain.EVENT_BUS)
                .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT)
                .addDisabledMetricsCategory(MetricsDomain.NET_SERVER)
                .addDisabledMetricsCategory(MetricsDomain.HTTP_CLIENT)
                .addDisabledMetricsCategory(MetricsDomain.DATAGRAM_SOCKET)
                .addDisabledMetricsCategory(MetricsDomain.VERTICLES);
        return Vertx.builder()
                .with(new VertxOptions().setMetricsOptions(options))
                .withMetrics(new MicrometerMetricsFactory(registry));
    }

    Map<String, Operation> operations(Vertx vertx) {
        return Map.of("metrics", ctx -> scrape(vertx, ctx));
    }

    private Future<Void> scrape(Vertx vertx, RoutingContext ctx) {
        // Some meters ask the operating system or the heap: not for an event loop.
        return vertx.executeBlocking(() -> registry.scrape(), false)
                .compose(text -> ctx.response()
                        .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                        .end(text));
    }

    void close() {
        registry.close();
    }

    /** A few buckets for alerts and dashboards; all that Micrometer has would be 69 for each route, method and status. */
    private static final class ResponseTimeBuckets implements MeterFilter {
        private static final DistributionStatisticConfig BUCKETS = DistributionStatisticConfig.builder()
                .serviceLevelObjectives(Arrays.stream(RESPONSE_TIME_BUCKETS_MILLIS)
                        .map(millis -> millis * 1_000_000)
                        .toArray())
                .build();

        @Override
        public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
            return id.getName().equals(RESPONSE_TIME) ? BUCKETS.merge(config) : config;
        }
    }
}
