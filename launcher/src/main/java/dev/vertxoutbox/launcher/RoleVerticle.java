package dev.vertxoutbox.launcher;

import dev.vertxoutbox.flight.FlightConfig;
import dev.vertxoutbox.flight.FlightVerticle;
import dev.vertxoutbox.payment.PaymentConfig;
import dev.vertxoutbox.payment.PaymentVerticle;
import dev.vertxoutbox.payment.SimulatedGatewayConfig;
import dev.vertxoutbox.relay.RelayConfig;
import dev.vertxoutbox.relay.RelayVerticle;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.Deployable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The verticle of a role and what is told of it.
 *
 * @param url where it serves, once deployed; empty for a role that serves no HTTP
 * @param condition how it is doing, for {@code /health/ready}; to be called once deployed
 */
record RoleVerticle(Role role, Deployable verticle, Supplier<String> url, Supplier<Condition> condition) {

    /**
     * Those of the settings' roles, in the order of start.
     *
     * @param gateway how the simulated gateway behaves at the moment, given its settings
     */
    static List<RoleVerticle> all(
            Settings settings,
            SqsClients sqs,
            MeterRegistry meters,
            OpenTelemetry openTelemetry,
            UnaryOperator<SimulatedGatewayConfig> gateway) {
        List<RoleVerticle> all = new ArrayList<>();
        if (settings.flight() != null) {
            all.add(flight(settings.database(), settings.flight(), sqs, meters, openTelemetry));
        }
        if (settings.relay() != null) {
            all.add(relay(settings.database(), settings.relay(), sqs, meters, openTelemetry));
        }
        if (settings.payment() != null) {
            all.add(payment(settings.database(), settings.payment(), sqs, meters, openTelemetry, gateway));
        }
        return all;
    }

    private static RoleVerticle flight(
            DatabaseSettings database,
            FlightSettings settings,
            SqsClients sqs,
            MeterRegistry meters,
            OpenTelemetry openTelemetry) {
        FlightConfig config = FlightConfig.of(database.connectOptions("flight"), settings.paymentQueueUrl())
                .withHttpPort(settings.httpPort())
                .withMaxConnections(settings.maxConnections())
                .withAuthorization(settings.authorization())
                .withLongPoll(settings.longPoll());
        FlightVerticle verticle = new FlightVerticle(config, sqs.polling(), meters, openTelemetry);
        return new RoleVerticle(
                Role.FLIGHT,
                verticle,
                () -> "http://0.0.0.0:" + verticle.actualPort(),
                () -> RoleCondition.of(verticle.paymentsStatus()));
    }

    private static RoleVerticle relay(
            DatabaseSettings database,
            RelaySettings settings,
            SqsClients sqs,
            MeterRegistry meters,
            OpenTelemetry openTelemetry) {
        RelayConfig config = new RelayConfig(
                database.connectOptions("relay"),
                settings.routes(),
                settings.pollInterval(),
                settings.concurrency(),
                settings.archiveDays());
        RelayVerticle verticle = new RelayVerticle(config, sqs.sending(), meters, openTelemetry);
        return new RoleVerticle(Role.RELAY, verticle, () -> "", () -> RoleCondition.of(verticle.status()));
    }

    private static RoleVerticle payment(
            DatabaseSettings database,
            PaymentSettings settings,
            SqsClients sqs,
            MeterRegistry meters,
            OpenTelemetry openTelemetry,
            UnaryOperator<SimulatedGatewayConfig> gateway) {
        PaymentConfig config = PaymentConfig.of(
                        database.connectOptions("payment"), settings.flightQueueUrl(), settings.gateway())
                .withLongPoll(settings.longPoll());
        PaymentVerticle verticle = new PaymentVerticle(
                config, sqs.polling(), meters, openTelemetry, () -> gateway.apply(settings.gateway()));
        return new RoleVerticle(Role.PAYMENT, verticle, () -> "", () -> RoleCondition.of(verticle.status()));
    }
}
