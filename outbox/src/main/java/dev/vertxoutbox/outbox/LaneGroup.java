package dev.vertxoutbox.outbox;

import java.util.Collection;
import java.util.List;

/**
 * Lanes of one topic that one drain takes together, so that they share its statements and its requests.
 *
 * @param topic as in {@code outbox.event}
 * @param buckets each 0 to 63
 */
public record LaneGroup(String topic, List<Integer> buckets) {

    /** Copies the list. */
    public LaneGroup {
        buckets = List.copyOf(buckets);
    }

    /** The group of one lane. */
    public static LaneGroup of(Lane lane) {
        return new LaneGroup(lane.topic(), List.of(lane.bucket()));
    }

    /** @throws IllegalArgumentException if there is no lane, or if they are not of one topic */
    public static LaneGroup of(Collection<Lane> lanes) {
        List<String> topics = lanes.stream().map(Lane::topic).distinct().toList();
        if (topics.size() != 1) {
            throw new IllegalArgumentException("lanes of one topic make a group, not those of " + topics);
        }
        return new LaneGroup(topics.get(0), lanes.stream().map(Lane::bucket).toList());
    }

    /** The group's lanes, in its order. */
    public List<Lane> lanes() {
        return buckets.stream().map(bucket -> new Lane(topic, bucket)).toList();
    }
}
