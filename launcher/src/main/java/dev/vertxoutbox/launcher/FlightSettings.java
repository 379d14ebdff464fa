package dev.vertxoutbox.launcher;

import java.time.Duration;

/**
 * What the flight role reads.
 *
 * @param httpPort 0 takes any free port
 */
record FlightSettings(int httpPort, String paymentQueueUrl, Duration longPoll) {
    static FlightSettings from(Environment env) {
        return new FlightSettings(
                env.integer(Variable.HTTP_PORT, 8080, 0, 65_535),
                env.queueUrl(Variable.PAYMENT_QUEUE_URL),
                env.longPoll());
    }
}
