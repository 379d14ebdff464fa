package dev.vertxoutbox.outbox;

/**
 * The unit in which relays share the work: one bucket of one topic. Whoever holds a lane's lock may send its events; all
 * events of a subject are in one lane of their topic.
 *
 * @param topic as in {@code outbox.event}
 * @param bucket 0 to 63
 */
public record Lane(String topic, int bucket) {

    /** How many buckets a topic has. */
    public static final int BUCKETS = 64;
}
