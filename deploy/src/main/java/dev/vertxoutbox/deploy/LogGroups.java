package dev.vertxoutbox.deploy;

import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/** Makes log groups, which are kept for a month, or a week in a demo, and go with their stack. */
record LogGroups(Settings settings) {

    LogGroup create(Construct scope, String id) {
        return builder(scope, id).build();
    }

    /** One whose name people type. */
    LogGroup create(Construct scope, String id, String name) {
        return builder(scope, id).logGroupName(name).build();
    }

    private LogGroup.Builder builder(Construct scope, String id) {
        return LogGroup.Builder.create(scope, id)
                .retention(settings.demo() ? RetentionDays.ONE_WEEK : RetentionDays.ONE_MONTH)
                .removalPolicy(RemovalPolicy.DESTROY);
    }
}
