package dev.vertxoutbox.launcher;

import dev.vertxoutbox.payment.SimulatedGatewayConfig;
import java.math.BigDecimal;
import java.time.Duration;

/** What the payment role reads. */
record PaymentSettings(String flightQueueUrl, Duration longPoll, SimulatedGatewayConfig gateway) {
    private static final BigDecimal GREATEST_LIMIT = new BigDecimal("1000000000");

    static PaymentSettings from(Environment env) {
        return new PaymentSettings(env.queueUrl(Variable.FLIGHT_QUEUE_URL), env.longPoll(), gateway(env));
    }

    private static SimulatedGatewayConfig gateway(Environment env) {
        return new SimulatedGatewayConfig(
                env.amount(Variable.PAYMENT_LIMIT, new BigDecimal("10000"), GREATEST_LIMIT),
                env.duration(
                        Variable.PAYMENT_GATEWAY_LATENCY,
                        Duration.ZERO,
                        Duration.ZERO,
                        SimulatedGatewayConfig.LONGEST_LATENCY),
                env.rate(Variable.PAYMENT_GATEWAY_ERROR_RATE, 0),
                env.rate(Variable.PAYMENT_GATEWAY_DECLINE_RATE, 0));
    }
}
