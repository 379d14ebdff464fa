package dev.vertxoutbox.deploy;

import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Tags;

/**
 * Both stacks of one environment. Each synthesis is checked with the rules of AwsSolutions: a finding without a reason
 * is an error.
 */
record OutboxSystem(DataStack data, ServiceStack services) {

    static OutboxSystem in(App app, Settings settings) {
        DataStack data = new DataStack(
                app, settings.environment() + "-data", props(settings, "network, database, queues"), settings);
        ServiceStack services = new ServiceStack(
                app,
                settings.environment() + "-services",
                props(settings, "services, load balancer, alarms"),
                settings,
                data);
        Tags.of(app).add("system", "vertx-outbox");
        Tags.of(app).add("environment", settings.environment());
        Aspects.of(app).add(AwsSolutionsChecks.Builder.create().verbose(true).build());
        return new OutboxSystem(data, services);
    }

    /** With the region alone: a stack that knew its account as well would ask AWS for the zones while it is synthesized. */
    private static StackProps props(Settings settings, String what) {
        return StackProps.builder()
                .env(Environment.builder().region(settings.region()).build())
                .description("Transactional outbox, environment " + settings.environment() + ": " + what)
                .terminationProtection(false)
                .build();
    }
}
