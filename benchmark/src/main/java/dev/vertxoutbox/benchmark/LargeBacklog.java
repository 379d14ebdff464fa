package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Whether a backlog of a million is sent as fast at its end as at its beginning, by a relay with a heap of 64 MiB, and
 * whether what the heap holds grows meanwhile. In the middle of each tenth the relay is told to collect its garbage.
 */
final class LargeBacklog implements Measurement {
    private static final List<String> JVM_OPTIONS = List.of("-Xmx64m");
    private static final double GOAL_LAST_TO_FIRST = 0.9;

    /** What is claimed at the moment of a sample differs by megabytes. */
    private static final double GOAL_HEAP_GROWTH = 1.2;

    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final int events = Settings.of("events", 1_000_000);
    private final int subjects = Settings.of("subjects", 20_000);
    private final int warmUpEvents = Settings.of("warmUpEvents", 200_000);

    @Override
    public void run(Bench bench) {
        Result result = new Result("backlog", bench)
                .setting("events", events)
                .setting("subjects", subjects)
                .setting("warmUpEvents", warmUpEvents)
                .setting("stubDelayMs", Throughput.DELAY_MILLIS)
                .setting("relayJvmOptions", String.join(" ", JVM_OPTIONS));
        try (OutboxProcess relay = bench.relay("relay-0", JVM_OPTIONS)) {
            bench.backlog().warmUp(warmUpEvents, Throughput.DELAY_MILLIS);
            bench.backlog().insert(new Backlog.Size(events, subjects));
            bench.stub().reset(Throughput.DELAY_MILLIS);
            Round.Meter cpu = new Round.Meter(bench, List.of(relay.process()));
            bench.backlog().release();
            List<Long> heap = sampleHeap(bench.stub(), relay.process().pid());
            Round round = new Round("one relay", bench.stub().await(events, LIMIT), cpu.read());
            judge(result.put("round", round.toJson()), Tenths.of(bench.stub(), events), heap);
            result.write(bench.root());
        }
    }

    private List<Long> sampleHeap(Stub stub, long relay) {
        List<Long> kib = new ArrayList<>();
        for (int tenth = 0; tenth < 10; tenth++) {
            stub.await(events / 10 * tenth + events / 20, LIMIT);
            kib.add(LiveHeap.kib(relay));
        }
        return kib;
    }

    private static void judge(Result result, Tenths tenths, List<Long> heap) {
        double growth = median(heap.subList(7, 10)) / median(heap.subList(0, 3));
        result.put("eventsPerSecondByTenth", tenths.toJson())
                .put("heapAfterGcKiB", new JsonArray(heap))
                .goal(
                        "events/s of the last tenth at least 90 % of the first",
                        tenths.lastToFirst(), tenths.lastToFirst() >= GOAL_LAST_TO_FIRST)
                .goal(
                        "heap after GC, last three tenths to first three: at most 1.2",
                        growth,
                        growth <= GOAL_HEAP_GROWTH);
    }

    private static double median(List<Long> values) {
        return Median.of(values.stream().flatMapToLong(LongStream::of).asDoubleStream());
    }
}
