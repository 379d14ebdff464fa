package dev.vertxoutbox.launcher;

import java.math.BigDecimal;

/**
 * What the payment role reads.
 *
 * @param limit greatest fare the simulated gateway authorizes, in the fare's currency
 */
record PaymentSettings(String flightQueueUrl, BigDecimal limit) {
    private static final BigDecimal GREATEST_LIMIT = new BigDecimal("1000000000");

    static PaymentSettings from(Environment env) {
        return new PaymentSettings(
                env.queueUrl(Variable.FLIGHT_QUEUE_URL),
                env.amount(Variable.PAYMENT_LIMIT, new BigDecimal("10000"), GREATEST_LIMIT));
    }
}
