package dev.vertxoutbox.deploy;

import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/** What runs: the migration, the three services, the load balancer before one of them, and what watches all. */
final class ServiceStack extends Stack {
    private static final String CIDR = "^\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}/\\d{1,2}$";

    ServiceStack(Construct scope, String id, StackProps props, Settings settings, DataStack data) {
        super(scope, id, props);
        String allowed = CfnParameter.Builder.create(this, "myPublicIP")
                .type("String")
                .description("Addresses that may use the booking API, as IPv4 CIDR, for example 203.0.113.7/32")
                .allowedPattern(CIDR)
                .constraintDescription("an IPv4 CIDR such as 203.0.113.7/32")
                .build()
                .getValueAsString();
        Platform platform = new Platform(this, settings, data);
        MigrateTask migration = new MigrateTask(platform);
        LoadBalancer balancer = new LoadBalancer(this, settings, data.network(), allowed);
        new Firewall(this, allowed, balancer.balancer().getLoadBalancerArn());
        FlightService flight = new FlightService(migration, platform, balancer);
        RelayService relay = new RelayService(migration, platform);
        PaymentService payment = new PaymentService(migration, platform);
        Operators operators = new Operators(this, data.network(), flight.service(), relay.service(), payment.service());
        Signals signals =
                new Signals(balancer.balancer().getMetrics(), data.database().cluster());
        Watch watch = new Watch(this, settings, signals, data.queues());
        addOutputs(settings, data.queues(), balancer, platform);
        output(
                "OperatorSecurityGroup",
                operators.securityGroupId(),
                "For a CloudShell environment that may reach the management ports");
        output("AlarmTopic", watch.alarms().topic().getTopicArn(), "Where alarms are told");
    }

    private void addOutputs(Settings settings, OutboxQueues queues, LoadBalancer balancer, Platform platform) {
        QueueOutage outage = new QueueOutage(queues.flight().queue(), settings.region());
        output("Url", balancer.url(), "The booking API");
        output("SwaggerUrl", balancer.url() + "/swagger-ui/index.html", "Its page to read and try it");
        output("FlightQueueUrl", queues.flight().queue().getQueueUrl(), "Flight events");
        output("PaymentQueueUrl", queues.payment().queue().getQueueUrl(), "Payment events");
        output(
                "LogsCommand",
                "aws logs tail %s --follow --region %s".formatted(platform.log().getLogGroupName(), settings.region()),
                "Shows the log of all services");
        output("OutageBeginCommand", outage.begin(), "Takes the queue of flight events down");
        output("OutageEndCommand", outage.end(), "Brings it back");
    }

    private void output(String id, String value, String description) {
        CfnOutput.Builder.create(this, id).value(value).description(description).build();
    }
}
