package dev.vertxoutbox.deploy;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.ec2.FlowLogDestination;
import software.amazon.awscdk.services.ec2.FlowLogOptions;
import software.amazon.awscdk.services.ec2.FlowLogTrafficType;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpoint;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.constructs.Construct;

/**
 * Two zones with three subnets each: {@code public} for the load balancer, {@code app} for tasks, {@code data} for the
 * database, which has no route out.
 */
final class Network extends Construct {
    private static final String APP = "app";
    private static final String DATA = "data";

    private final Vpc vpc;

    Network(Construct scope, Settings settings, LogGroups logs) {
        super(scope, "Network");
        this.vpc = Vpc.Builder.create(this, "Vpc")
                .maxAzs(2)
                .natGateways(settings.egress().gateways())
                .subnetConfiguration(List.of(
                        subnets("public", SubnetType.PUBLIC),
                        subnets(
                                APP,
                                settings.egress() == Egress.ENDPOINTS
                                        ? SubnetType.PRIVATE_ISOLATED
                                        : SubnetType.PRIVATE_WITH_EGRESS),
                        subnets(DATA, SubnetType.PRIVATE_ISOLATED)))
                .flowLogs(Map.of(
                        "Rejected",
                        FlowLogOptions.builder()
                                .destination(FlowLogDestination.toCloudWatchLogs(logs.create(this, "FlowLogs")))
                                .trafficType(FlowLogTrafficType.REJECT)
                                .build()))
                .build();
        // Free, and image layers come from there.
        vpc.addGatewayEndpoint(
                "S3",
                GatewayVpcEndpointOptions.builder()
                        .service(GatewayVpcEndpointAwsService.S3)
                        .build());
        if (settings.egress() == Egress.ENDPOINTS) {
            addEndpoints();
        }
    }

    private static SubnetConfiguration subnets(String name, SubnetType type) {
        SubnetConfiguration.Builder subnets =
                SubnetConfiguration.builder().name(name).subnetType(type).cidrMask(24);
        return type == SubnetType.PUBLIC ? subnets.mapPublicIpOnLaunch(false).build() : subnets.build();
    }

    /** All that a task calls: its image, its secrets, its log and the queues. */
    private void addEndpoints() {
        Map.of(
                        "EcrApi", InterfaceVpcEndpointAwsService.ECR,
                        "EcrDocker", InterfaceVpcEndpointAwsService.ECR_DOCKER,
                        "Secrets", InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
                        "Logs", InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
                        "Sqs", InterfaceVpcEndpointAwsService.SQS)
                .forEach(this::addEndpoint);
    }

    private void addEndpoint(String id, InterfaceVpcEndpointAwsService service) {
        InterfaceVpcEndpoint endpoint = vpc.addInterfaceEndpoint(
                id,
                InterfaceVpcEndpointOptions.builder()
                        .service(service)
                        .subnets(app())
                        .build());
        Suppression.of(
                        "CdkNagValidationFailure",
                        "The rule on open security groups cannot read the range of the network, which is all that may connect")
                .at(endpoint);
    }

    IVpc vpc() {
        return vpc;
    }

    /** Where tasks run. */
    SubnetSelection app() {
        return SubnetSelection.builder().subnetGroupName(APP).build();
    }

    /** Where the database is. */
    SubnetSelection data() {
        return SubnetSelection.builder().subnetGroupName(DATA).build();
    }
}
