package dev.vertxoutbox.deploy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;

/** Alarms, which tell one SNS topic when they begin and when they are over; {@code docs/operations.md} says what to do. */
final class Alarms extends Construct {
    private final Settings settings;
    private final Topic topic;
    private final List<Alarm> all = new ArrayList<>();

    Alarms(Construct scope, Settings settings) {
        super(scope, "Alarms");
        this.settings = settings;
        this.topic = Topic.Builder.create(this, "Topic")
                .topicName(settings.environment() + "-alarms")
                .enforceSsl(true)
                .build();
        @Nullable String email = settings.alarmEmail();
        if (email != null) {
            topic.addSubscription(new EmailSubscription(email));
        }
    }

    /**
     * Adds one.
     *
     * @param name what is wrong, as a name
     * @param minutes for how many minutes in a row it must be above
     * @param means what it means, and where to read on
     */
    void above(double threshold, IMetric metric, String name, int minutes, String means) {
        add(threshold, metric, name, minutes, means, TreatMissingData.NOT_BREACHING);
    }

    /** The same for what is always told: silence is as bad, unless it is a demo, which sleeps at night. */
    void aboveOrSilent(double threshold, IMetric metric, String name, int minutes, String means) {
        TreatMissingData silence = settings.demo() ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING;
        add(threshold, metric, name, minutes, means, silence);
    }

    private void add(
            double threshold, IMetric metric, String name, int minutes, String means, TreatMissingData silence) {
        Alarm alarm = Alarm.Builder.create(this, name)
                .alarmName(settings.environment() + "-" + name)
                .alarmDescription(means)
                .metric(metric)
                .threshold(threshold)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                .evaluationPeriods(minutes)
                .treatMissingData(silence)
                .build();
        SnsAction tell = new SnsAction(topic);
        alarm.addAlarmAction(tell);
        alarm.addOkAction(tell);
        all.add(alarm);
    }

    Topic topic() {
        return topic;
    }

    List<Alarm> all() {
        return List.copyOf(all);
    }
}
