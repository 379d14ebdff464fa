package dev.vertxoutbox.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.wafv2.CfnIPSet;
import software.amazon.awscdk.services.wafv2.CfnWebACL;
import software.amazon.awscdk.services.wafv2.CfnWebACLAssociation;
import software.constructs.Construct;

/**
 * Refuses requests that come too fast, that AWS's managed rules know to be bad, or that come from elsewhere than the
 * allowed addresses.
 */
final class Firewall extends Construct {
    /** A thousand a second from one address, over five minutes: more than the most tasks are meant for. */
    private static final int MOST_REQUESTS = 300_000;

    private static final int RATE_WINDOW_SECONDS = 300;

    private static final List<String> MANAGED_RULES = List.of(
            "AWSManagedRulesAmazonIpReputationList",
            "AWSManagedRulesCommonRuleSet",
            "AWSManagedRulesKnownBadInputsRuleSet",
            "AWSManagedRulesSQLiRuleSet");

    Firewall(Construct scope, String allowed, String loadBalancerArn) {
        super(scope, "Firewall");
        CfnIPSet addresses = CfnIPSet.Builder.create(this, "Allowed")
                .scope("REGIONAL")
                .ipAddressVersion("IPV4")
                .addresses(List.of(allowed))
                .build();
        CfnWebACL acl = CfnWebACL.Builder.create(this, "Acl")
                .scope("REGIONAL")
                .defaultAction(CfnWebACL.DefaultActionProperty.builder()
                        .block(CfnWebACL.BlockActionProperty.builder().build())
                        .build())
                .visibilityConfig(visible("Firewall"))
                .rules(rules(addresses))
                .build();
        CfnWebACLAssociation.Builder.create(this, "Association")
                .webAclArn(acl.getAttrArn())
                .resourceArn(loadBalancerArn)
                .build();
    }

    /** In this order: the first that decides ends the evaluation. */
    private static List<CfnWebACL.RuleProperty> rules(CfnIPSet addresses) {
        List<CfnWebACL.RuleProperty> rules = new ArrayList<>();
        rules.add(rule("TooFast", rules.size(), tooFast()).action(block()).build());
        for (String name : MANAGED_RULES) {
            rules.add(rule(name, rules.size(), managed(name))
                    .overrideAction(CfnWebACL.OverrideActionProperty.builder()
                            .none(Map.of())
                            .build())
                    .build());
        }
        rules.add(rule("MyPublicIp", rules.size(), from(addresses))
                .action(allow())
                .build());
        return rules;
    }

    private static CfnWebACL.RuleProperty.Builder rule(
            String name, int priority, CfnWebACL.StatementProperty statement) {
        return CfnWebACL.RuleProperty.builder()
                .name(name)
                .priority(priority)
                .statement(statement)
                .visibilityConfig(visible(name));
    }

    private static CfnWebACL.StatementProperty tooFast() {
        return CfnWebACL.StatementProperty.builder()
                .rateBasedStatement(CfnWebACL.RateBasedStatementProperty.builder()
                        .aggregateKeyType("IP")
                        .limit(MOST_REQUESTS)
                        .evaluationWindowSec(RATE_WINDOW_SECONDS)
                        .build())
                .build();
    }

    private static CfnWebACL.StatementProperty managed(String name) {
        return CfnWebACL.StatementProperty.builder()
                .managedRuleGroupStatement(CfnWebACL.ManagedRuleGroupStatementProperty.builder()
                        .vendorName("AWS")
                        .name(name)
                        .build())
                .build();
    }

    private static CfnWebACL.StatementProperty from(CfnIPSet addresses) {
        return CfnWebACL.StatementProperty.builder()
                .ipSetReferenceStatement(CfnWebACL.IPSetReferenceStatementProperty.builder()
                        .arn(addresses.getAttrArn())
                        .build())
                .build();
    }

    private static CfnWebACL.RuleActionProperty block() {
        return CfnWebACL.RuleActionProperty.builder()
                .block(CfnWebACL.BlockActionProperty.builder().build())
                .build();
    }

    private static CfnWebACL.RuleActionProperty allow() {
        return CfnWebACL.RuleActionProperty.builder()
                .allow(CfnWebACL.AllowActionProperty.builder().build())
                .build();
    }

    private static CfnWebACL.VisibilityConfigProperty visible(String name) {
        return CfnWebACL.VisibilityConfigProperty.builder()
                .cloudWatchMetricsEnabled(true)
                .sampledRequestsEnabled(true)
                .metricName(name)
                .build();
    }
}
