package dev.vertxoutbox.payment;

import java.time.Duration;

/**
 * How long the gateway is waited for.
 *
 * @param call time for one call; after it, it is repeated
 * @param total time for all repetitions, after which the message is given back to the queue
 * @param firstPause longest pause after the first failure; it doubles with each further one
 * @param longestPause where it stops doubling
 */
record Patience(Duration call, Duration total, Duration firstPause, Duration longestPause) {

    /**
     * The total is what keeps an outage from sending messages to the dead-letter queue: a message is received once in so
     * long, so that with ten receives it outlasts the four days that SQS keeps it by default. It must end before the
     * twelve hours after which SQS hides a message no longer.
     */
    static final Patience DEFAULT =
            new Patience(Duration.ofSeconds(10), Duration.ofHours(10), Duration.ofMillis(200), Duration.ofSeconds(15));

    /** Limit of the pause after so many failures in a row, 1 or more. */
    Duration pause(int failures) {
        int doublings = Math.min(failures - 1, 20);
        Duration pause = firstPause.multipliedBy(1L << doublings);
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
