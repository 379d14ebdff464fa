package dev.vertxoutbox.deploy;

import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import java.util.List;
import software.constructs.IConstruct;

/** A finding of AwsSolutions that stays, and why. */
record Suppression(String rule, String reason, List<String> appliesTo) {

    static Suppression of(String rule, String reason) {
        return new Suppression(rule, reason, List.of());
    }

    /** For one wildcard of a policy alone. */
    static Suppression ofWildcard(String resource, String reason) {
        return new Suppression("AwsSolutions-IAM5", reason, List.of(resource));
    }

    /** Leaves it at this construct and those in it. */
    void at(IConstruct construct) {
        NagPackSuppression.Builder suppression =
                NagPackSuppression.builder().id(rule).reason(reason);
        if (!appliesTo.isEmpty()) {
            suppression.appliesTo(appliesTo);
        }
        NagSuppressions.addResourceSuppressions(construct, List.of(suppression.build()), true);
    }
}
