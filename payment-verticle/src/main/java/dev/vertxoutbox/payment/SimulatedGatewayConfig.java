package dev.vertxoutbox.payment;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * How the simulated gateway behaves. Immutable.
 *
 * @param limit it declines an amount above it, in the amount's currency
 * @param latency how long it takes to answer, half of it before it takes the request up, 0 to 1 minute; default 0. Calls
 *     that last longer than 10 s are given up and repeated
 * @param errorRate share of calls without an answer, 0 to 1, default 0: half of them are lost on the way there, the
 *     other half take effect and lose the answer
 * @param declineRate share of charges within the limit that it declines, 0 to 1, default 0
 */
public record SimulatedGatewayConfig(BigDecimal limit, Duration latency, double errorRate, double declineRate) {

    /** Largest {@link #latency()}. */
    public static final Duration LONGEST_LATENCY = Duration.ofMinutes(1);

    /** @throws IllegalArgumentException if a component is out of its range; the message names it */
    public SimulatedGatewayConfig {
        check(limit.signum() >= 0, "limit " + limit + " is negative");
        check(
                !latency.isNegative() && latency.compareTo(LONGEST_LATENCY) <= 0,
                "latency " + latency + " is not between PT0S and " + LONGEST_LATENCY);
        check(errorRate >= 0 && errorRate <= 1, "errorRate " + errorRate + " is not between 0 and 1");
        check(declineRate >= 0 && declineRate <= 1, "declineRate " + declineRate + " is not between 0 and 1");
    }

    /** One that answers at once and always, and declines what is above the limit only. */
    public static SimulatedGatewayConfig of(BigDecimal limit) {
        return new SimulatedGatewayConfig(limit, Duration.ZERO, 0, 0);
    }

    private static void check(boolean valid, String message) {
        if (!valid) {
            throw new IllegalArgumentException(message);
        }
    }
}
