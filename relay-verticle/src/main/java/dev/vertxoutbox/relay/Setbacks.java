package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneGroup;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Subjects whose next event SQS would not take just now: they are left alone for a random part of a delay that doubles
 * from 100 ms to 30 s with each attempt ("full jitter"), while the other subjects of their lane go on. Only answers that
 * name the entry count as attempts; an outage of the queue or of the database does not.
 *
 * <p>Confined to one event loop. Bounded: with {@value #MAX_SUBJECTS} subjects it takes no more.
 */
final class Setbacks {

    static final int MAX_SUBJECTS = 10_000;
    static final int MAX_SUBJECTS_OF_SEARCHES = 1_000;
    static final long MIN_DELAY_MILLIS = 100;
    static final long MAX_DELAY_MILLIS = 30_000;

    /** So long after its delay a subject that was not met again is forgotten: another relay has sent its event. */
    private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private record Setback(int attempts, long overAtNanos) {}

    /**
     * What to do after a failed attempt.
     *
     * @param attempt number of failures in a row, from 1
     * @param delayMillis how long the subject is left alone
     */
    record Retry(int attempt, long delayMillis) {}

    private final LongSupplier nanoClock;
    private final Map<Lane, Map<String, Setback>> lanes = new HashMap<>();

    /** @param nanoClock as {@link System#nanoTime} */
    Setbacks(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** The subjects of these lanes that are to be left alone now. */
    Set<String> of(LaneGroup group) {
        long now = nanoClock.getAsLong();
        return group.lanes().stream()
                .flatMap(lane -> lanes.getOrDefault(lane, Map.of()).entrySet().stream())
                .filter(entry -> entry.getValue().overAtNanos() - now > 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * All subjects to be left alone now, for searches. With more than {@value #MAX_SUBJECTS_OF_SEARCHES} it is none: to tell
     * every search of them would cost more than what is found in vain.
     */
    Map<Lane, Set<String>> all() {
        if (size() > MAX_SUBJECTS_OF_SEARCHES) {
            return Map.of();
        }
        return lanes.keySet().stream().collect(Collectors.toMap(Function.identity(), lane -> of(LaneGroup.of(lane))));
    }

    /** Whether there is no room for another subject. */
    boolean isFull() {
        if (size() < MAX_SUBJECTS) {
            return false;
        }
        long now = nanoClock.getAsLong();
        lanes.values()
                .forEach(setbacks -> setbacks.values().removeIf(setback -> now - setback.overAtNanos() > FORGET_NANOS));
        lanes.values().removeIf(Map::isEmpty);
        return size() >= MAX_SUBJECTS;
    }

    /** An attempt to send the subject's next event has failed. */
    Retry failed(Lane lane, String subject) {
        Map<String, Setback> setbacks = lanes.computeIfAbsent(lane, key -> new HashMap<>());
        Setback before = setbacks.get(subject);
        int attempt = before == null ? 1 : before.attempts() + 1;
        long ceiling = Math.min(MAX_DELAY_MILLIS, MIN_DELAY_MILLIS << Math.min(attempt - 1, 20));
        long delay = ThreadLocalRandom.current().nextLong(1, ceiling + 1);
        setbacks.put(subject, new Setback(attempt, nanoClock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(delay)));
        return new Retry(attempt, delay);
    }

    /** The subject's event is sent or parked. */
    void over(Lane lane, String subject) {
        Map<String, Setback> setbacks = lanes.get(lane);
        if (setbacks != null && setbacks.remove(subject) != null && setbacks.isEmpty()) {
            lanes.remove(lane);
        }
    }

    private int size() {
        return lanes.values().stream().mapToInt(Map::size).sum();
    }
}
