package dev.vertxoutbox.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Which faults come when. The same seeds, length and pace make the same schedule on any machine. Kinds come in shuffled
 * rounds, so that each comes about as often as every other, and all of them in a part that is long enough for one round.
 *
 * @param seeds of its parts, one after the other
 * @param faults by time
 */
record Schedule(List<Long> seeds, List<Fault> faults) {
    private static final double LEAST_SHARE = 0.25;

    /**
     * @param length of the part of each seed
     * @param pace the mean time from the begin of one fault to the next
     * @param targets names of what each kind can hit
     */
    static Schedule of(List<Long> seeds, Duration length, Duration pace, Map<Kind.Where, List<String>> targets) {
        List<Fault> faults = new ArrayList<>();
        for (int part = 0; part < seeds.size(); part++) {
            Duration start = length.multipliedBy(part);
            faults.addAll(part(seeds.get(part), start, start.plus(length), pace, targets));
        }
        return new Schedule(seeds, List.copyOf(faults));
    }

    private static List<Fault> part(
            long seed, Duration start, Duration end, Duration pace, Map<Kind.Where, List<String>> targets) {
        Random random = new Random(seed);
        List<Fault> faults = new ArrayList<>();
        List<Kind> round = new ArrayList<>();
        long at = start.toMillis();
        while (at < end.toMillis()) {
            if (round.isEmpty()) {
                round.addAll(Arrays.asList(Kind.values()));
                Collections.shuffle(round, random);
            }
            Kind kind = round.remove(0);
            List<String> possible = targets.getOrDefault(kind.where(), List.of());
            String target = possible.get(random.nextInt(possible.size()));
            double share = LEAST_SHARE + (1 - LEAST_SHARE) * random.nextDouble();
            faults.add(new Fault(Duration.ofMillis(at), kind, target, lasts(kind, random), share));
            at += pace.toMillis() / 2 + random.nextInt((int) pace.toMillis());
        }
        return faults;
    }

    private static Duration lasts(Kind kind, Random random) {
        long least = kind.least().toMillis();
        long most = kind.most().toMillis();
        return Duration.ofMillis(least == most ? least : least + random.nextInt((int) (most - least)));
    }

    /** How many faults there are of each kind. */
    Map<Kind, Integer> counts() {
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        faults.forEach(fault -> counts.merge(fault.kind(), 1, Integer::sum));
        return counts;
    }

    /** The seeds, separated by commas. */
    static String names(List<Long> seeds) {
        return seeds.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return "seed " + names(seeds) + ", " + faults.size() + " faults\n"
                + faults.stream().map(Fault::toString).collect(Collectors.joining("\n"));
    }
}
