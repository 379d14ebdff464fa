package dev.vertxoutbox.deploy;

import java.util.List;
import software.amazon.awscdk.services.applicationautoscaling.ScalingInterval;

/** Steps of scaling by how much waits. */
final class Steps {
    private Steps() {}

    /** One task less up to {@code low}, one more from {@code high} on, two more from {@code highest} on. */
    static List<ScalingInterval> of(double low, double high, double highest) {
        return List.of(
                ScalingInterval.builder().lower(0).upper(low).change(-1).build(),
                ScalingInterval.builder().lower(high).upper(highest).change(1).build(),
                ScalingInterval.builder().lower(highest).change(2).build());
    }
}
