package dev.vertxoutbox.relay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Packs entries into requests that SQS takes: at most 10 entries and 1 MiB. */
final class Batches {

    static final int MAX_ENTRIES = 10;

    private Batches() {}

    static Deque<List<Entry>> of(List<Entry> entries) {
        Deque<List<Entry>> batches = new ArrayDeque<>();
        List<Entry> batch = new ArrayList<>(MAX_ENTRIES);
        int bytes = 0;
        for (Entry entry : entries) {
            if (!batch.isEmpty() && (batch.size() == MAX_ENTRIES || bytes + entry.bytes() > Entry.MAX_BYTES)) {
                batches.add(batch);
                batch = new ArrayList<>(MAX_ENTRIES);
                bytes = 0;
            }
            batch.add(entry);
            bytes += entry.bytes();
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }
}
