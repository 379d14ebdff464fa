package dev.vertxoutbox.deploy;

import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.elasticloadbalancingv2.HttpCodeElb;
import software.amazon.awscdk.services.elasticloadbalancingv2.HttpCodeTarget;
import software.amazon.awscdk.services.elasticloadbalancingv2.IApplicationLoadBalancerMetrics;
import software.amazon.awscdk.services.rds.DatabaseCluster;

/** What alarms and dashboard look at, besides queues and what the processes tell themselves. */
record Signals(IApplicationLoadBalancerMetrics balancer, DatabaseCluster database) {
    private static final Duration MINUTE = Duration.minutes(1);

    IMetric requests() {
        return balancer.requestCount(options("Sum"));
    }

    /** Of the service and of the load balancer itself, when no task answers. */
    IMetric serverErrors() {
        return MathExpression.Builder.create()
                .expression("FILL(service, 0) + FILL(balancer, 0)")
                .usingMetrics(Map.of(
                        "service", balancer.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, options("Sum")),
                        "balancer", balancer.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, options("Sum"))))
                .label("5xx")
                .period(MINUTE)
                .build();
    }

    /** Seconds. */
    IMetric responseTime(String statistic) {
        return balancer.targetResponseTime(options(statistic));
    }

    /** Percent. */
    IMetric databaseCpu() {
        return database.metricCPUUtilization(options("Maximum"));
    }

    IMetric databaseConnections() {
        return database.metricDatabaseConnections(options("Maximum"));
    }

    /** Percent of the greatest capacity that it may take. */
    IMetric databaseCapacity() {
        return database.metricACUUtilization(options("Maximum"));
    }

    private static MetricOptions options(String statistic) {
        return MetricOptions.builder().statistic(statistic).period(MINUTE).build();
    }
}
