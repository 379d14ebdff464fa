package dev.vertxoutbox.deploy;

import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.constructs.Construct;

/**
 * A security group that may reach the management ports from within the network. Nothing is in it: an operator puts a
 * CloudShell environment there for as long as it is needed.
 */
final class Operators extends Construct {
    private final SecurityGroup securityGroup;

    Operators(Construct scope, Network network, RunningService... services) {
        super(scope, "Operators");
        this.securityGroup = SecurityGroup.Builder.create(this, "SecurityGroup")
                .vpc(network.vpc())
                .description("Operators who use the management ports")
                .build();
        for (RunningService service : services) {
            service.task()
                    .securityGroup()
                    .getConnections()
                    .allowFrom(securityGroup, Port.tcp(Platform.MANAGEMENT_PORT), "Operators");
        }
    }

    String securityGroupId() {
        return securityGroup.getSecurityGroupId();
    }
}
