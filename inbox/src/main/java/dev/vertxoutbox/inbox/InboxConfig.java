package dev.vertxoutbox.inbox;

import java.time.Duration;

/**
 * How an {@link Inbox} consumes its queue.
 *
 * @param consumer name under which processed events are recorded; two consumers with different names each process
 *     every event once, so never rename one
 * @param queueUrl SQS queue to consume; FIFO for order within a group, a standard queue works without order
 * @param pollers concurrent long polls, default 2; an idle inbox makes this many requests per {@code longPoll}
 * @param maxInFlight messages held at most (received, and not yet deleted or given back), default 100; it bounds the
 *     memory at this times the largest message (1 MiB), and no poll asks for more than is left of it
 * @param visibilityTimeout how long a message stays hidden when this process dies, whole seconds, default 30 s; it is
 *     extended at a third for everything held, so handlers may take longer
 * @param longPoll how long a poll waits for a message, 1 to 20 whole seconds, default 20 s. It is also the longest that
 *     {@link Inbox#stop} waits for a quiet queue, since an aborted poll swallows the next message until its visibility
 *     timeout: shorten it where a quick stop is worth more idle requests
 * @param handlerTimeout time for one event from look-up to commit, default 30 s; after it the message is given back
 * @param maxBackoff longest time a failed message stays hidden, whole seconds, default 5 minutes; it starts at 1 s and
 *     doubles with each receive
 * @param retention how long processed events are remembered, default 30 days, at least 15; it must be longer than a
 *     message can come back: queue retention plus dead-letter queue retention (SQS: up to 14 days each) plus replays
 * @param gapPatience how long an event waits for earlier ones of its subject that were not seen, by {@code sequence},
 *     default 30 s, at most 10 minutes, zero for not at all; then it is handed on as {@link EventOrder#GAP}. It starts
 *     with the first receive and ends early when the message has used up half of its receives
 */
public record InboxConfig(
        String consumer,
        String queueUrl,
        int pollers,
        int maxInFlight,
        Duration visibilityTimeout,
        Duration longPoll,
        Duration handlerTimeout,
        Duration maxBackoff,
        Duration retention,
        Duration gapPatience) {

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException naming the value that is out of its range
     */
    public InboxConfig {
        check(!consumer.isBlank(), "consumer must not be blank");
        check(!queueUrl.isBlank(), "queueUrl must not be blank");
        check(pollers >= 1 && pollers <= 100, "pollers must be 1 to 100, not " + pollers);
        check(maxInFlight >= 1 && maxInFlight <= 10_000, "maxInFlight must be 1 to 10000, not " + maxInFlight);
        checkRange("visibilityTimeout", visibilityTimeout, Duration.ofSeconds(1), Duration.ofHours(12));
        checkRange("longPoll", longPoll, Duration.ofSeconds(1), Duration.ofSeconds(20));
        checkRange("handlerTimeout", handlerTimeout, Duration.ofMillis(1), Duration.ofHours(11));
        checkRange("maxBackoff", maxBackoff, Duration.ofSeconds(1), Duration.ofHours(11));
        checkRange("retention", retention, Duration.ofDays(15), Duration.ofDays(3650));
        checkRange("gapPatience", gapPatience, Duration.ZERO, Duration.ofMinutes(10));
    }

    /**
     * The defaults.
     *
     * @param consumer name under which processed events are recorded
     * @param queueUrl SQS queue to consume
     * @return a configuration that suits a service with many small events
     */
    public static InboxConfig of(String consumer, String queueUrl) {
        return new InboxConfig(
                consumer,
                queueUrl,
                2,
                100,
                Duration.ofSeconds(30),
                Duration.ofSeconds(20),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                Duration.ofDays(30),
                Duration.ofSeconds(30));
    }

    /** {@return a copy with another number of concurrent long polls} */
    public InboxConfig withPollers(int newPollers) {
        return new InboxConfig(
                consumer,
                queueUrl,
                newPollers,
                maxInFlight,
                visibilityTimeout,
                longPoll,
                handlerTimeout,
                maxBackoff,
                retention,
                gapPatience);
    }

    /** {@return a copy that holds another number of messages at most} */
    public InboxConfig withMaxInFlight(int newMaxInFlight) {
        return new InboxConfig(
                consumer,
                queueUrl,
                pollers,
                newMaxInFlight,
                visibilityTimeout,
                longPoll,
                handlerTimeout,
                maxBackoff,
                retention,
                gapPatience);
    }

    /** {@return a copy with another visibility timeout} */
    public InboxConfig withVisibilityTimeout(Duration newVisibilityTimeout) {
        return new InboxConfig(
                consumer,
                queueUrl,
                pollers,
                maxInFlight,
                newVisibilityTimeout,
                longPoll,
                handlerTimeout,
                maxBackoff,
                retention,
                gapPatience);
    }

    /** {@return a copy whose polls wait another time for a message} */
    public InboxConfig withLongPoll(Duration newLongPoll) {
        return new InboxConfig(
                consumer,
                queueUrl,
                pollers,
                maxInFlight,
                visibilityTimeout,
                newLongPoll,
                handlerTimeout,
                maxBackoff,
                retention,
                gapPatience);
    }

    /** {@return a copy with another time limit for one event} */
    public InboxConfig withHandlerTimeout(Duration newHandlerTimeout) {
        return new InboxConfig(
                consumer,
                queueUrl,
                pollers,
                maxInFlight,
                visibilityTimeout,
                longPoll,
                newHandlerTimeout,
                maxBackoff,
                retention,
                gapPatience);
    }

    /** {@return a copy with another longest backoff} */
    public InboxConfig withMaxBackoff(Duration newMaxBackoff) {
        return new InboxConfig(
                consumer,
                queueUrl,
                pollers,
                maxInFlight,
                visibilityTimeout,
                longPoll,
                handlerTimeout,
                newMaxBackoff,
                retention,
                gapPatience);
    }

    /** {@return a copy that remembers processed events for another time} */
    public InboxConfig withRetention(Duration newRetention) {
        return new InboxConfig(
                consumer,
                queueUrl,
                pollers,
                maxInFlight,
                visibilityTimeout,
                longPoll,
                handlerTimeout,
                maxBackoff,
                newRetention,
                gapPatience);
    }

    /** {@return a copy that waits another time for events that are missing} */
    public InboxConfig withGapPatience(Duration newGapPatience) {
        return new InboxConfig(
                consumer,
                queueUrl,
                pollers,
                maxInFlight,
                visibilityTimeout,
                longPoll,
                handlerTimeout,
                maxBackoff,
                retention,
                newGapPatience);
    }

    private static void checkRange(String name, Duration value, Duration least, Duration most) {
        check(
                value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
                name + " must be " + least + " to " + most + ", not " + value);
    }

    private static void check(boolean valid, String message) {
        if (!valid) {
            throw new IllegalArgumentException(message);
        }
    }
}
