package dev.vertxoutbox.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How long it takes after a fault until the system works: until a flight that is booked when the fault is over is
 * CONFIRMED. Other faults that happen meanwhile count in.
 */
final class Recovery implements AutoCloseable {
    private static final long LOOK_MILLIS = 50;
    private static final String SETTLED =
            "SELECT id FROM flight.booking WHERE status <> 'PENDING' AND id = ANY (?::uuid[])";

    private final Sql sql;
    private final Clients clients;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, Probe> waiting = new ConcurrentHashMap<>();
    private final Map<Kind, List<Duration>> times = new EnumMap<>(Kind.class);
    private final AtomicInteger outstanding = new AtomicInteger();
    private Duration longest = Duration.ZERO;
    private String slowest = "";
    private @Nullable Connection connection;

    private record Probe(Kind kind, long sinceNanos) {}

    Recovery(Sql sql, Clients clients) {
        this.sql = sql;
        this.clients = clients;
        var unused = clock.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A fault of this kind is over. */
    void begin(Kind kind) {
        Probe probe = new Probe(kind, System.nanoTime());
        outstanding.incrementAndGet();
        var unused = clients.bookForSure().thenAccept(id -> waiting.put(id, probe));
    }

    /** How many bookings that were made after a fault are not confirmed yet. */
    int outstanding() {
        return outstanding.get();
    }

    /** Sorted, by kind. */
    synchronized Map<Kind, List<Duration>> times() {
        Map<Kind, List<Duration>> sorted = new EnumMap<>(Kind.class);
        times.forEach((kind, durations) -> {
            List<Duration> copy = new ArrayList<>(durations);
            Collections.sort(copy);
            sorted.put(kind, copy);
        });
        return sorted;
    }

    /** The booking that was waited for longest, empty if there was none. */
    synchronized String slowest() {
        return slowest;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private void look() {
        if (waiting.isEmpty()) {
            return;
        }
        try {
            if (connection == null || !connection.isValid(1)) {
                connection = sql.connect();
            }
            try (PreparedStatement statement = connection.prepareStatement(SETTLED)) {
                statement.setString(1, "{" + String.join(",", waiting.keySet()) + "}");
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        settled(rows.getString(1));
                    }
                }
            }
        } catch (SQLException unavailable) {
            connection = null;
        }
    }

    private synchronized void settled(String id) {
        Probe probe = waiting.remove(id);
        if (probe == null) {
            return;
        }
        outstanding.decrementAndGet();
        Duration time = Duration.ofNanos(System.nanoTime() - probe.sinceNanos());
        times.computeIfAbsent(probe.kind(), first -> new ArrayList<>()).add(time);
        if (time.compareTo(longest) > 0) {
            longest = time;
            slowest = id;
        }
    }
}
