package dev.vertxoutbox.deploy;

import software.amazon.awscdk.TimeZone;
import software.amazon.awscdk.services.applicationautoscaling.CronOptions;
import software.amazon.awscdk.services.applicationautoscaling.ScalingSchedule;
import software.amazon.awscdk.services.applicationautoscaling.Schedule;
import software.amazon.awscdk.services.ecs.ScalableTaskCount;

/** Tasks from 7 to 20 h on workdays, and none otherwise; without connections, the database of a demo pauses. */
record OfficeHours(String timeZone, int fewest, int most) {

    void apply(ScalableTaskCount scaling) {
        scaling.scaleOnSchedule("Morning", capacity("7", "MON-FRI", fewest, most));
        scaling.scaleOnSchedule("Evening", capacity("20", "*", 0, 0));
    }

    private ScalingSchedule capacity(String hour, String days, int min, int max) {
        return ScalingSchedule.builder()
                .schedule(Schedule.cron(CronOptions.builder()
                        .minute("0")
                        .hour(hour)
                        .weekDay(days)
                        .build()))
                .timeZone(TimeZone.of(timeZone))
                .minCapacity(min)
                .maxCapacity(max)
                .build();
    }
}
