package dev.vertxoutbox.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.faults.Api.Answer;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Bookings at a steady rate, whatever the answers; every fourth flight is cancelled as soon as it is booked. */
final class Load implements AutoCloseable {
    private static final int CANCEL_EVERY = 4;
    private static final int MAX_UNDER_WAY = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Api flight;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> ticks;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Set<String> booked = ConcurrentHashMap.newKeySet();
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    private Load(Api flight, int perSecond) {
        this.flight = flight;
        ticks = clock.scheduleAtFixedRate(this::tick, 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
    }

    static Load start(Api flight, int perSecond) {
        return new Load(flight, perSecond);
    }

    /** Ids of the flights whose booking was answered 201. */
    Set<String> booked() {
        return booked;
    }

    /** Ids of the flights whose cancellation was answered 200. */
    Set<String> cancelled() {
        return cancelled;
    }

    /** Returns when so many more flights have been booked. */
    void awaitBooked(int more) {
        int before = booked.size();
        await(more + " more bookings").atMost(PATIENCE).until(() -> booked.size() >= before + more);
    }

    /** Ends it; fails if an answer was missing or wrong: 503 without a time to retry, or any other failure. */
    void stop() {
        ticks.cancel(false);
        await("the last answers").atMost(PATIENCE).until(() -> underWay.get() == 0);
        assertThat(wrong).as("answers under load").isEmpty();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private void tick() {
        if (underWay.get() >= MAX_UNDER_WAY) {
            return;
        }
        underWay.incrementAndGet();
        var unused = flight.book().thenCompose(this::noteBooking).whenComplete((done, failure) -> {
            if (failure != null) {
                wrong.add(failure.toString());
            }
            underWay.decrementAndGet();
        });
    }

    private CompletableFuture<Void> noteBooking(Answer answer) {
        if (answer.status() != 201) {
            noteRefusal(answer);
            return CompletableFuture.completedFuture(null);
        }
        String id = answer.json().getString("id");
        booked.add(id);
        if (booked.size() % CANCEL_EVERY != 0) {
            return CompletableFuture.completedFuture(null);
        }
        return flight.send("DELETE", "/api/flights/" + id, "").thenAccept(answered -> {
            if (answered.status() == 200) {
                cancelled.add(id);
            } else {
                noteRefusal(answered);
            }
        });
    }

    private void noteRefusal(Answer answer) {
        if (answer.status() != 503 || !answer.has("Retry-After")) {
            wrong.add(answer.status() + " " + answer.body());
        }
    }
}
