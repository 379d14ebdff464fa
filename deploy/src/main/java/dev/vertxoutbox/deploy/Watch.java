package dev.vertxoutbox.deploy;

import java.util.List;
import software.amazon.awscdk.services.cloudwatch.AlarmStatusWidget;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.IWidget;
import software.constructs.Construct;

/** The alarms, and a dashboard of what they look at. */
final class Watch extends Construct {
    /** A task has up to 18 connections; the smallest database of a demo takes 189. */
    private static final int MOST_CONNECTIONS = 150;

    private final Settings settings;
    private final Signals signals;
    private final OutboxQueues queues;
    private final Alarms alarms;

    Watch(Construct scope, Settings settings, Signals signals, OutboxQueues queues) {
        super(scope, "Watch");
        this.settings = settings;
        this.signals = signals;
        this.queues = queues;
        this.alarms = new Alarms(this, settings);
        addOutboxAlarms();
        addQueueAlarms();
        addApiAlarms();
        addDatabaseAlarms();
        Dashboard.Builder.create(this, "Dashboard")
                .dashboardName(settings.environment())
                .widgets(widgets())
                .build();
    }

    private void addOutboxAlarms() {
        alarms.aboveOrSilent(
                60,
                app(AppMetric.BACKLOG_AGE),
                "OldestEvent",
                3,
                "Events wait for more than a minute, or no relay tells. Runbook: the backlog grows");
        alarms.above(
                0,
                app(AppMetric.PARKED_EVENTS),
                "Parked",
                1,
                "An event can never be sent and holds back its subject. Runbook: an event is parked");
        alarms.above(
                0,
                app(AppMetric.CIRCUIT_OPEN),
                "CircuitOpen",
                2,
                "A queue takes no messages; bookings go on, their events wait. Runbook: the queue is down");
        alarms.above(
                0,
                app(AppMetric.GATEWAY_CIRCUIT),
                "GatewayCircuitOpen",
                2,
                "The payment gateway does not answer. Runbook: the payment gateway is down");
    }

    private void addQueueAlarms() {
        alarms.above(
                0,
                QueueMetrics.deadLetters(queues.flight()),
                "FlightDeadLetters",
                1,
                "payment could not process flight events. Runbook: a dead-letter queue fills");
        alarms.above(
                0,
                QueueMetrics.deadLetters(queues.payment()),
                "PaymentDeadLetters",
                1,
                "flight could not process payment events. Runbook: a dead-letter queue fills");
        alarms.above(
                120,
                QueueMetrics.age(queues.flight()),
                "FlightEventsWait",
                5,
                "payment does not take flight events. Runbook: a consumer is held up");
        alarms.above(
                120,
                QueueMetrics.age(queues.payment()),
                "PaymentEventsWait",
                5,
                "flight does not take payment events. Runbook: a consumer is held up");
    }

    private void addApiAlarms() {
        alarms.above(
                5,
                signals.serverErrors(),
                "ServerErrors",
                2,
                "Calls are answered 5xx. Runbook: bookings are answered 503");
        alarms.above(
                1,
                signals.responseTime("p99"),
                "SlowResponses",
                5,
                "p99 is above a second. Runbook: bookings are slow");
    }

    private void addDatabaseAlarms() {
        alarms.above(85, signals.databaseCpu(), "DatabaseCpu", 10, "The database is busy. Runbook: bookings are slow");
        alarms.above(
                MOST_CONNECTIONS,
                signals.databaseConnections(),
                "DatabaseConnections",
                5,
                "Connections run out. Operations: scale it");
    }

    private IMetric app(AppMetric metric) {
        return metric.in(settings);
    }

    private List<List<? extends IWidget>> widgets() {
        return List.of(
                List.of(AlarmStatusWidget.Builder.create()
                        .title("Alarms")
                        .width(24)
                        .alarms(alarms.all())
                        .build()),
                List.of(
                        graph("Requests and 5xx", signals.requests(), signals.serverErrors()),
                        graph("Response time, s", signals.responseTime("p50"), signals.responseTime("p99"))),
                List.of(
                        graph("Oldest unsent event, s", app(AppMetric.BACKLOG_AGE)),
                        graph(
                                "Events that wait or are parked",
                                app(AppMetric.BACKLOG_EVENTS),
                                app(AppMetric.PARKED_EVENTS))),
                List.of(
                        graph(
                                "Messages that wait",
                                QueueMetrics.waiting(queues.flight()),
                                QueueMetrics.waiting(queues.payment())),
                        graph(
                                "Oldest message, s",
                                QueueMetrics.age(queues.flight()),
                                QueueMetrics.age(queues.payment()))),
                List.of(
                        graph(
                                "Dead letters",
                                QueueMetrics.deadLetters(queues.flight()),
                                QueueMetrics.deadLetters(queues.payment())),
                        graph("Circuits open", app(AppMetric.CIRCUIT_OPEN), app(AppMetric.GATEWAY_CIRCUIT))),
                List.of(
                        graph("Database: CPU and capacity, %", signals.databaseCpu(), signals.databaseCapacity()),
                        graph("Database: connections", signals.databaseConnections())));
    }

    private static IWidget graph(String title, IMetric... metrics) {
        return GraphWidget.Builder.create()
                .title(title)
                .left(List.of(metrics))
                .width(12)
                .build();
    }

    Alarms alarms() {
        return alarms;
    }
}
