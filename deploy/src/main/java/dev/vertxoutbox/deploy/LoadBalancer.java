package dev.vertxoutbox.deploy;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.certificatemanager.Certificate;
import software.amazon.awscdk.services.certificatemanager.CertificateValidation;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.elasticloadbalancingv2.AddApplicationTargetGroupsProps;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationListener;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationLoadBalancer;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationLoadBalancerRedirectConfig;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationProtocol;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationTargetGroup;
import software.amazon.awscdk.services.elasticloadbalancingv2.BaseApplicationListenerProps;
import software.amazon.awscdk.services.elasticloadbalancingv2.IListenerCertificate;
import software.amazon.awscdk.services.elasticloadbalancingv2.ListenerCertificate;
import software.amazon.awscdk.services.elasticloadbalancingv2.SslPolicy;
import software.amazon.awscdk.services.route53.ARecord;
import software.amazon.awscdk.services.route53.HostedZone;
import software.amazon.awscdk.services.route53.HostedZoneAttributes;
import software.amazon.awscdk.services.route53.IHostedZone;
import software.amazon.awscdk.services.route53.RecordTarget;
import software.amazon.awscdk.services.route53.targets.LoadBalancerTarget;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.constructs.Construct;

/**
 * The only way in: HTTP, or HTTPS where there is a certificate, from the allowed addresses. It logs every request to a
 * bucket that remains for 90 days.
 */
final class LoadBalancer extends Construct {
    /** Streams of status changes are silent for longer than the default of a minute. */
    private static final Duration IDLE = Duration.minutes(5);

    private static final int LOG_DAYS = 90;

    private final Settings settings;
    private final SecurityGroup securityGroup;
    private final ApplicationLoadBalancer balancer;
    private final ApplicationListener listener;

    /** @param allowed addresses that may connect, as CIDR */
    LoadBalancer(Construct scope, Settings settings, Network network, String allowed) {
        super(scope, "LoadBalancer");
        this.settings = settings;
        this.securityGroup = SecurityGroup.Builder.create(this, "SecurityGroup")
                .vpc(network.vpc())
                .description("Load balancer of the booking API")
                .allowAllOutbound(false)
                .build();
        this.balancer = ApplicationLoadBalancer.Builder.create(this, "Balancer")
                .vpc(network.vpc())
                .vpcSubnets(
                        SubnetSelection.builder().subnetType(SubnetType.PUBLIC).build())
                .internetFacing(true)
                .securityGroup(securityGroup)
                .dropInvalidHeaderFields(true)
                .idleTimeout(IDLE)
                .build();
        balancer.logAccessLogs(accessLogs());
        this.listener = settings.https() ? https() : listener("Http", 80, null);
        for (int port : settings.https() ? List.of(443, 80) : List.of(80)) {
            securityGroup.addIngressRule(Peer.ipv4(allowed), Port.tcp(port), "myPublicIP");
        }
        Suppression.of(
                        "CdkNagValidationFailure",
                        "The rule on open security groups cannot read the parameter myPublicIP")
                .at(securityGroup);
    }

    private Bucket accessLogs() {
        Bucket bucket = Bucket.Builder.create(this, "AccessLogs")
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .encryption(BucketEncryption.S3_MANAGED)
                .enforceSsl(true)
                .lifecycleRules(List.of(LifecycleRule.builder()
                        .expiration(Duration.days(LOG_DAYS))
                        .build()))
                .removalPolicy(RemovalPolicy.RETAIN)
                .build();
        Suppression.of("AwsSolutions-S1", "It is the bucket of access logs; its own would only tell of their delivery")
                .at(bucket);
        return bucket;
    }

    private ApplicationListener https() {
        ApplicationListener https = listener("Https", 443, certificate());
        balancer.addRedirect(ApplicationLoadBalancerRedirectConfig.builder()
                .sourcePort(80)
                .sourceProtocol(ApplicationProtocol.HTTP)
                .targetPort(443)
                .targetProtocol(ApplicationProtocol.HTTPS)
                .open(false)
                .build());
        return https;
    }

    private ApplicationListener listener(String id, int port, @Nullable IListenerCertificate certificate) {
        BaseApplicationListenerProps.Builder props =
                BaseApplicationListenerProps.builder().port(port).open(false);
        if (certificate == null) {
            return balancer.addListener(
                    id, props.protocol(ApplicationProtocol.HTTP).build());
        }
        return balancer.addListener(
                id,
                props.protocol(ApplicationProtocol.HTTPS)
                        .certificates(List.of(certificate))
                        .sslPolicy(SslPolicy.RECOMMENDED_TLS)
                        .build());
    }

    private IListenerCertificate certificate() {
        Settings.@Nullable Domain domain = settings.domain();
        if (domain == null || domain.hostedZoneId() == null) {
            return ListenerCertificate.fromArn(Objects.requireNonNull(settings.certificateArn()));
        }
        IHostedZone zone = HostedZone.fromHostedZoneAttributes(
                this,
                "Zone",
                HostedZoneAttributes.builder()
                        .hostedZoneId(domain.hostedZoneId())
                        .zoneName(domain.zoneName())
                        .build());
        ARecord.Builder.create(this, "Record")
                .zone(zone)
                .recordName(domain.name() + ".")
                .target(RecordTarget.fromAlias(new LoadBalancerTarget(balancer)))
                .build();
        if (settings.certificateArn() != null) {
            return ListenerCertificate.fromArn(settings.certificateArn());
        }
        return ListenerCertificate.fromCertificateManager(Certificate.Builder.create(this, "Certificate")
                .domainName(domain.name())
                .validation(CertificateValidation.fromDns(zone))
                .build());
    }

    /** Sends requests to these targets and to no others. */
    void forwardTo(ApplicationTargetGroup targets) {
        listener.addTargetGroups(
                "Api",
                AddApplicationTargetGroupsProps.builder()
                        .targetGroups(List.of(targets))
                        .build());
    }

    String url() {
        Settings.@Nullable Domain domain = settings.domain();
        String host = domain == null ? balancer.getLoadBalancerDnsName() : domain.name();
        return (settings.https() ? "https://" : "http://") + host;
    }

    ApplicationLoadBalancer balancer() {
        return balancer;
    }

    SecurityGroup securityGroup() {
        return securityGroup;
    }
}
