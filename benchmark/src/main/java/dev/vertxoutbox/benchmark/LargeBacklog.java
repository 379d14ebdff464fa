package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Whether a backlog of a million is sent as fast at its end as at its beginning, by a relay with a heap of 64 MiB, and
 * whether what the heap holds grows meanwhile. Forty times on the way the relay is told to collect its garbage; its log
 * says what was left.
 */
final class LargeBacklog implements Measurement {
    private static final String HEAP = "-Xmx64m";
    private static final double GOAL_LAST_TO_FIRST = 0.9;

    private static final int HEAP_SAMPLES = 40;

    /** What is claimed at the moment of a sample differs by megabytes; hence medians, and a margin. */
    private static final double GOAL_HEAP_GROWTH = 1.1;

    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final int events = Settings.of("events", 1_000_000);
    private final int subjects = Settings.of("subjects", 20_000);
    private final int warmUpEvents = Settings.of("warmUpEvents", 100_000);

    @Override
    public void run(Bench bench) {
        Result result = new Result("backlog", bench)
                .setting("events", events)
                .setting("subjects", subjects)
                .setting("warmUpEvents", warmUpEvents)
                .setting("stubDelayMs", Throughput.DELAY_MILLIS)
                .setting("relayJvmOptions", HEAP);
        LiveHeap live = new LiveHeap(bench.logs().resolve("relay-0-gc.log"));
        try (OutboxProcess relay = bench.relay(Backlog.TOPIC, List.of(HEAP, live.jvmOption()))) {
            bench.backlog().warmUp(warmUpEvents, Throughput.DELAY_MILLIS);
            bench.backlog().insert(new Backlog.Size(events, subjects));
            bench.stub().reset(Throughput.DELAY_MILLIS);
            Round.Meter cpu = new Round.Meter(bench, List.of(relay.process()));
            bench.backlog().release();
            collectGarbage(bench.stub(), relay.process().pid());
            Round round = new Round("one relay", bench.stub().await(events, LIMIT), cpu.read());
            judge(result.put("round", round.toJson()), Tenths.of(bench.stub(), events), live.mib());
            result.write(bench.root());
        }
    }

    private void collectGarbage(Stub stub, long relay) {
        for (int sample = 0; sample < HEAP_SAMPLES; sample++) {
            stub.await(events / HEAP_SAMPLES * sample + events / HEAP_SAMPLES / 2, LIMIT);
            LiveHeap.collect(relay);
        }
    }

    private static void judge(Result result, Tenths tenths, List<Long> heap) {
        int half = heap.size() / 2;
        double growth = median(heap.subList(half, heap.size())) / median(heap.subList(0, half));
        result.put("eventsPerSecondByTenth", tenths.toJson())
                .put("heapAfterGcMiB", new JsonArray(heap))
                .goal(
                        "events/s of the last tenth at least 90 % of the first",
                        tenths.lastToFirst(), tenths.lastToFirst() >= GOAL_LAST_TO_FIRST)
                .goal(
                        "heap after GC, median of the second half to the first: at most 1.1",
                        growth,
                        growth <= GOAL_HEAP_GROWTH);
    }

    private static double median(List<Long> values) {
        return Median.of(values.stream().flatMapToLong(LongStream::of).asDoubleStream());
    }
}
