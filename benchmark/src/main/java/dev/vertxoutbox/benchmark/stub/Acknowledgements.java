package dev.vertxoutbox.benchmark.stub;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What has been acknowledged, when, and whether in order: within a group the sequences must come as 1, 2, 3 and so on.
 * One that has come already is a duplicate and not counted as an event; one that is not the next is a gap.
 *
 * <p>Times are microseconds since 1970, the clock that processes on one machine share.
 */
final class Acknowledgements {
    private final boolean byId;
    private final Map<String, Long> lastSequences = new HashMap<>();
    private final Map<String, Long> microsById = new HashMap<>();
    private long[] micros = new long[1 << 16];
    private int events;
    private long requests;
    private long duplicates;
    private long gaps;

    /** @param byId whether to remember the time of each id; costs memory and time */
    Acknowledgements(boolean byId) {
        this.byId = byId;
    }

    /** The answer to these entries is about to be written. */
    void add(List<BatchEntry> entries) {
        long now = now();
        requests++;
        for (BatchEntry entry : entries) {
            if (isNew(entry)) {
                if (events == micros.length) {
                    micros = Arrays.copyOf(micros, 2 * events);
                }
                micros[events++] = now;
                if (byId) {
                    microsById.put(entry.deduplicationId(), now);
                }
            }
        }
    }

    private boolean isNew(BatchEntry entry) {
        long sequence = entry.sequence();
        if (sequence == 0) {
            return true;
        }
        long last = lastSequences.getOrDefault(entry.group(), 0L);
        if (sequence <= last) {
            duplicates++;
            return false;
        }
        if (sequence > last + 1) {
            gaps++;
        }
        lastSequences.put(entry.group(), sequence);
        return true;
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("events", events)
                .put("requests", requests)
                .put("duplicates", duplicates)
                .put("gaps", gaps)
                .put("firstMicros", events == 0 ? 0 : micros[0])
                .put("lastMicros", events == 0 ? 0 : micros[events - 1]);
    }

    /** Times of the first event, of each {@code step}-th after it, and of the last one. */
    JsonArray times(int step) {
        JsonArray times = new JsonArray();
        for (int i = 0; i < events; i += step) {
            times.add(micros[i]);
        }
        return events == 0 ? times : times.add(micros[events - 1]);
    }

    /** Time by deduplication id, if it was to be remembered. */
    JsonObject timesById() {
        JsonObject times = new JsonObject();
        microsById.forEach(times::put);
        return times;
    }

    private static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
