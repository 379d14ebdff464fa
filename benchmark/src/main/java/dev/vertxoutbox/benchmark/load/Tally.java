package dev.vertxoutbox.benchmark.load;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Counts and latencies of answers to requests that were due after the warm-up: in all, second by second, and of bookings
 * phase by phase. Latencies are in microseconds inside and in milliseconds in the report.
 */
final class Tally {

    private static final int DIGITS = 3;

    private final long startNanos;
    private final List<Phase> phases;
    private final List<Histogram> bookedByPhase = new ArrayList<>();
    private final Map<Integer, Histogram> byStatus = new TreeMap<>();
    private final List<Second> seconds = new ArrayList<>();
    private final List<UUID> booked = new ArrayList<>();

    private int unanswered;
    private int unsent;

    private static final class Second {
        private final Histogram booked = new Histogram(DIGITS);
        private int others;
    }

    /**
     * @param startNanos end of the warm-up
     * @param phases those after it
     */
    Tally(long startNanos, List<Phase> phases) {
        this.startNanos = startNanos;
        this.phases = phases;
        phases.forEach(phase -> bookedByPhase.add(new Histogram(DIGITS)));
    }

    void add(int status, @Nullable UUID id, long dueNanos, long nowNanos) {
        if (id != null) {
            booked.add(id);
        }
        if (dueNanos < startNanos) {
            return;
        }
        long micros = Math.max(0, nowNanos - dueNanos) / 1_000;
        byStatus.computeIfAbsent(status, first -> new Histogram(DIGITS)).recordValue(micros);
        int second = (int) ((nowNanos - startNanos) / 1_000_000_000L);
        while (seconds.size() <= second) {
            seconds.add(new Second());
        }
        if (id == null) {
            seconds.get(second).others++;
        } else {
            seconds.get(second).booked.recordValue(micros);
            bookedByPhase.get(phaseOf(dueNanos)).recordValue(micros);
        }
    }

    private int phaseOf(long dueNanos) {
        long left = dueNanos - startNanos;
        int phase = 0;
        while (phase < phases.size() - 1 && left >= phases.get(phase).nanos()) {
            left -= phases.get(phase).nanos();
            phase++;
        }
        return phase;
    }

    /** What has no answer, and what was due and not sent. */
    void leave(int newUnanswered, int newUnsent) {
        unanswered = newUnanswered;
        unsent = newUnsent;
    }

    /** Those of the warm-up too. */
    List<UUID> booked() {
        return booked;
    }

    JsonObject toJson() {
        JsonObject statuses = new JsonObject();
        byStatus.forEach((status, latencies) -> statuses.put(
                status == 0 ? "connection lost" : status.toString(),
                summary(latencies).put("hdrHistogram", encoded(latencies))));
        JsonArray perSecond = new JsonArray();
        seconds.forEach(second -> perSecond.add(summary(second.booked).put("others", second.others)));
        return new JsonObject()
                .put("answers", statuses)
                .put("unanswered", unanswered)
                .put("unsent", unsent)
                .put(
                        "bookedByPhase",
                        new JsonArray(bookedByPhase.stream().map(Tally::summary).toList()))
                .put("seconds", perSecond);
    }

    private static JsonObject summary(Histogram latencies) {
        return new JsonObject()
                .put("count", latencies.getTotalCount())
                .put("p50", latencies.getValueAtPercentile(50) / 1000.0)
                .put("p99", latencies.getValueAtPercentile(99) / 1000.0)
                .put("max", latencies.getMaxValue() / 1000.0);
    }

    /** In the format of HdrHistogram, compressed, as Base64. */
    private static String encoded(Histogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
    }
}
